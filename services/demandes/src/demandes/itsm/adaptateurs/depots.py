"""Les actes de l'ITSM sur PostgreSQL."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, literal, select, update

from demandes.demande.domaine.demande import Geste, TempsTravaille
from demandes.itsm.adaptateurs.tables import actes_itsm
from demandes.itsm.domaine import EN_SOUFFRANCE, ActeItsm, EtatActe
from demandes.parc.domaine.actif import Mouvement
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, trouver, une
from socle.bd.instructions import Ligne, parmi
from socle.bd.transaction import tentative

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_TROUVER = select(actes_itsm).where(actes_itsm.c.id == bindparam("id"))
_CHARGER = _TROUVER.with_for_update()
_AJOUTER = insert(actes_itsm)
_DIFFERES = (
    select(actes_itsm)
    .where(
        actes_itsm.c.demande_id == bindparam("demande_id"), actes_itsm.c.sort == EtatActe.DIFFERE
    )
    .order_by(actes_itsm.c.recu_le, actes_itsm.c.id)
)


@dataclass(frozen=True, slots=True)
class ActesSql:
    """Tient `ports.Actes`."""

    connexion: Connexion

    async def trouver(self, identifiant: str) -> ActeItsm | None:
        ligne = await trouver(self.connexion, _TROUVER, id=identifiant)
        return None if ligne is None else _acte(ligne)

    async def charger(self, identifiant: str) -> ActeItsm:
        return _acte(await une(self.connexion, _CHARGER, "Acte introuvable.", id=identifiant))

    async def ajouter(self, recu: ActeItsm) -> None:
        await self.connexion.ecrire(_AJOUTER, colonnes(recu))

    async def differes(self, demande_id: UUID) -> Sequence[ActeItsm]:
        lignes = await self.connexion.lignes(_DIFFERES, {"demande_id": demande_id})
        return [_acte(ligne) for ligne in lignes]

    async def enregistrer(self, recu: ActeItsm) -> None:
        await self.connexion.ecrire(
            update(actes_itsm)
            .where(actes_itsm.c.id == recu.id)
            .values(sort=recu.sort, raison=recu.raison)
        )

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[ActeItsm]:
        requete = (
            update(actes_itsm)
            .where(
                parmi(actes_itsm.c.sort, EN_SOUFFRANCE),
                actes_itsm.c.recu_le < avant,
                actes_itsm.c.signale_le.is_(None),
            )
            .values(signale_le=literal(le))
            .returning(*actes_itsm.c)
        )
        return [_acte(ligne) for ligne in await self.connexion.lignes(requete)]

    def tentative(self) -> AbstractAsyncContextManager[None]:
        return tentative(self.connexion)


def _acte(ligne: Ligne) -> ActeItsm:
    valeurs = ligne._asdict()
    del valeurs["signale_le"]
    sorte = Geste if valeurs["actif_id"] is None else Mouvement
    valeurs["geste"] = sorte(valeurs["geste"])
    travaux = tuple(TempsTravaille(**temps) for temps in valeurs.pop("travaux"))
    return ActeItsm(**valeurs, travaux=travaux)
