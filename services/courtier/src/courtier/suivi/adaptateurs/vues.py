"""Les contrats conclus, lus des contrats et des offres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, Uuid, bindparam, select

from courtier.catalogue.adaptateurs.tables import fournisseurs, offres_versions
from courtier.contrats.adaptateurs.tables import contrats
from courtier.suivi.domaine import ContratConclu, LotDeContrats, Retenue
from noyau import Conflit, Montant, jour_de_quebec
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet, une
from socle.bd.instructions import Ligne, parmi

_c, _v = contrats.c, offres_versions.c
ABSENT = "Contrat introuvable."
_NOM = select(fournisseurs.c.nom).where(fournisseurs.c.id == _c.fournisseur_id).scalar_subquery()
_LIRE = select(
    _c.id, _c.organisme, _c.fournisseur_id, _c.dossier_id, _c.fournisseur_le, _c.debut,
    _c.fin, _c.montant_courant, _NOM.label("fournisseur_nom"),
)  # fmt: skip
_UN = _LIRE.where(_c.id == bindparam("id"))
_TENIR = _UN.with_for_update(of=contrats)
_CONCLUS = (
    _LIRE.where(
        _c.fournisseur_le.is_not(None),
        _c.debut <= bindparam("jour", type_=Date()),
        _c.id > bindparam("apres", type_=Uuid()),
    )
    .order_by(_c.id)
    .limit(bindparam("limite", type_=Integer()))
)
_PREMIER = UUID(int=0)
_ELEMENTS = select(_c.elements, _c.changements).where(_c.id == bindparam("id"))
_OFFRES = select(_v.offre_id, _v.version, _v.titre, _v.categorie).where(parmi(_v.offre_id, "ids"))


def _contrat(ligne: Ligne) -> ContratConclu:
    return ContratConclu(
        id=ligne.id,
        organisme=ligne.organisme,
        fournisseur_id=ligne.fournisseur_id,
        fournisseur_nom=ligne.fournisseur_nom,
        dossier_id=ligne.dossier_id,
        conclu_le=jour_de_quebec(ligne.fournisseur_le),
        debut=ligne.debut,
        fin=ligne.fin,
        montant=Montant.de(ligne.montant_courant),
    )


@dataclass(frozen=True, slots=True)
class ContratsConclusSql:
    """Tient `ports.ContratsConclus`."""

    connexion: Connexion

    async def lire(self, identifiant: UUID) -> ContratConclu:
        return _exiger(await self.trouver(identifiant))

    async def trouver(self, identifiant: UUID) -> ContratConclu | None:
        return await self._un(_UN, identifiant)

    async def tenir(self, identifiant: UUID) -> ContratConclu:
        return _exiger(await self._un(_TENIR, identifiant))

    async def _un(self, requete: Select[Any], identifiant: UUID) -> ContratConclu | None:
        ligne = await une(self.connexion, requete, ABSENT, id=identifiant)
        return None if ligne.fournisseur_le is None else _contrat(ligne)

    async def offres(self, identifiant: UUID) -> Sequence[Retenue]:
        ligne = await une(self.connexion, _ELEMENTS, ABSENT, id=identifiant)
        ajoutes = [e for changement in ligne.changements for e in changement["ajoutes"]]
        elements = [*ligne.elements, *ajoutes]
        retenues = {(UUID(e["offre_id"]), e["version_offre"]) for e in elements}
        lues = await self.connexion.lignes(_OFFRES, {"ids": [offre for offre, _ in retenues]})
        return [objet(Retenue, x) for x in lues if (x.offre_id, x.version) in retenues]

    async def en_cours(self, jour: date, apres: UUID | None, limite: int) -> LotDeContrats:
        valeurs: dict[str, Any] = {"jour": jour, "apres": apres or _PREMIER, "limite": limite}
        lues = await self.connexion.lignes(_CONCLUS, valeurs)
        contrats = tuple(c for c in map(_contrat, lues) if not c.fini(jour))
        return LotDeContrats(contrats, lues[-1].id if len(lues) == limite else None)


def _exiger(contrat: ContratConclu | None) -> ContratConclu:
    if contrat is None:
        raise Conflit("Les deux parties n'ont pas encore signé ce contrat.", regle="CI-16")
    return contrat
