"""Les dépôts des comptes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, insert, select

from facturation.comptes.adaptateurs import tables as t
from facturation.comptes.adaptateurs import vues
from facturation.comptes.adaptateurs.exports import vues as exports
from facturation.comptes.domaine.a_facturer import LigneConnue
from facturation.comptes.domaine.etats import Horizon, Retard
from facturation.comptes.domaine.reglements import Acquittement, Reglement
from facturation.comptes.domaine.soldes import Solde
from noyau import DERNIER_JOUR, Montant
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une
from socle.bd.instructions import parmi

_r, _q = t.reglements.c, t.acquittements.c
_AJOUTER, _ACQUITTER = insert(t.reglements), insert(t.acquittements)
_contraires = t.reglements.alias("contraires")
_PAR = (
    select(_contraires.c.id)
    .where(_contraires.c.organisme == _r.organisme, _contraires.c.annule == _r.id)
    .scalar_subquery()
    .label("annule_par")
)
_UN = select(t.reglements, _PAR).where(_r.id == bindparam("id"))
_SIENS = select(t.acquittements).where(_q.reglement_id == bindparam("id")).order_by(_q.rang)
_EMPREINTES = select(_r.le, _r.reference, _r.montant).where(
    _r.organisme == bindparam("organisme"),
    parmi(_r.le, "jours"),
    _r.annule.is_(None),
    ~exists(select(_contraires.c.id).where(_contraires.c.annule == _r.id)),
)


@dataclass(frozen=True, slots=True)
class ReglementsSql:
    """Voir `ports.Reglements`."""

    connexion: Connexion

    async def ajouter(self, reglements: Sequence[Reglement]) -> None:
        await self.connexion.ecrire_lot(_AJOUTER, [_entete(r) for r in reglements])
        siens = (_acquittements(r, r.acquittements) for r in reglements)
        await self.connexion.ecrire_lot(_ACQUITTER, [x for lignes in siens for x in lignes])

    async def acquitter(self, reglement: Reglement, acquittements: Sequence[Acquittement]) -> None:
        await self.connexion.ecrire_lot(_ACQUITTER, _acquittements(reglement, acquittements))

    async def charger(self, identifiant: UUID) -> Reglement:
        ligne = await une(self.connexion, _UN, "Ce règlement n'existe pas.", id=identifiant)
        siens = await self.connexion.lignes(_SIENS, {"id": identifiant})
        return objet(Reglement, ligne, acquittements=tuple(objet(Acquittement, x) for x in siens))

    async def empreintes(
        self, organisme: str, jours: Collection[date]
    ) -> Sequence[tuple[date, str, Montant]]:
        vises = {"organisme": organisme, "jours": list(jours)}
        lues = await self.connexion.lignes(_EMPREINTES, vises)
        return [(x.le, x.reference, x.montant) for x in lues]


def _entete(reglement: Reglement) -> dict[str, Any]:
    valeurs = colonnes(reglement)
    del valeurs["acquittements"], valeurs["annule_par"]
    return valeurs


def _acquittements(
    reglement: Reglement, acquittements: Iterable[Acquittement]
) -> list[dict[str, Any]]:
    sien = {"reglement_id": reglement.id, "organisme": reglement.organisme}
    return [{**sien, **colonnes(acquittement)} for acquittement in acquittements]


@dataclass(frozen=True, slots=True)
class DocumentsSql:
    """Voir `ports.Documents`."""

    connexion: Connexion

    async def soldes(self, organisme: str) -> Sequence[Solde]:
        # Le dernier jour possible : tout ce qui est émis et réglé, quelle que soit sa date.
        tout = Horizon(le=DERNIER_JOUR, su_le=DERNIER_JOUR)
        lus = await vues.soldes(self.connexion, [organisme], tout)
        return lus.get(organisme, ())

    async def en_retard(self, le: date) -> Sequence[Retard]:
        return await vues.en_retard(self.connexion, vues.FiltreRetards(le=le))

    async def emises_depuis(self, organisme: str, jour: date) -> Sequence[LigneConnue]:
        return await exports.emises_depuis(self.connexion, organisme, jour)
