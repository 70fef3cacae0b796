"""Les fiches sur PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import Text, bindparam, select, text

from calendrier import Calendrier, VersionCalendrier, calendrier_de, version_depuis_document
from sla.base import VERROU_FICHES
from sla.fiches.adaptateurs import conversion
from sla.fiches.adaptateurs.tables import (
    calendriers,
    fiches,
    fins_de_statu_quo,
    retraits,
    statu_quo,
)
from sla.fiches.domaine import (
    CalendrierRecu,
    Fiche,
    Fiches,
    FinDeStatuQuo,
    StatuQuo,
    VersionRetiree,
)
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie

_FICHES, _RETRAITS, _CALENDRIERS = Copie(fiches), Copie(retraits), Copie(calendriers)
_STATU_QUO, _FINS = Copie(statu_quo), Copie(fins_de_statu_quo, rang="sequence")
_TOUTES, _TOUS = select(fiches), select(retraits)
_GARDEES, _FINIES = select(statu_quo), select(fins_de_statu_quo)
_DOCUMENTS = select(calendriers.c.document).order_by(
    calendriers.c.en_vigueur_depuis, calendriers.c.rang
)
_NOMMEE = select(calendriers.c.document).where(
    calendriers.c.version == bindparam("nom", type_=Text)
)
_CONNUS = select(calendriers.c.version)
_PARTAGER = text("SELECT pg_advisory_xact_lock_shared(:espace, 0)")
_RESERVER = text("SELECT pg_advisory_xact_lock(:espace, 0)")


class FichesSql:
    """Les versions de fiches, avec leurs indicateurs, et les retraits."""

    def __init__(self, connexion: Connexion) -> None:
        self._connexion = connexion

    async def synchroniser(self, versions: Sequence[Fiche]) -> None:
        lignes = list(map(conversion.ligne_de_fiche, versions))
        await _FICHES.synchroniser(self._connexion, lignes)

    async def retirer(self, retirees: Sequence[VersionRetiree]) -> None:
        await _RETRAITS.synchroniser(self._connexion, list(map(colonnes, retirees)))

    async def garder(self, statu_quo: Sequence[StatuQuo]) -> None:
        await _STATU_QUO.synchroniser(self._connexion, list(map(colonnes, statu_quo)))

    async def finir(self, fins: Sequence[FinDeStatuQuo]) -> None:
        await _FINS.synchroniser(self._connexion, list(map(colonnes, fins)))

    async def reserver(self) -> None:
        await self._connexion.ecrire(_RESERVER, {"espace": VERROU_FICHES})

    async def tenir(self) -> None:
        await self._connexion.ecrire(_PARTAGER, {"espace": VERROU_FICHES})

    async def toutes(self, candidate: Fiche | None = None) -> Fiches:
        retirees = [objet(VersionRetiree, ligne) for ligne in await self._connexion.lignes(_TOUS)]
        versions = list(map(conversion.fiche, await self._connexion.lignes(_TOUTES)))
        if candidate and (candidate.code, candidate.version) not in {
            (v.code, v.version) for v in versions
        }:
            versions.append(candidate)
        gardees = [objet(StatuQuo, ligne) for ligne in await self._connexion.lignes(_GARDEES)]
        finies = [objet(FinDeStatuQuo, ligne) for ligne in await self._connexion.lignes(_FINIES)]
        return Fiches.de(versions, retirees, [*gardees, *finies])


class CalendriersSql:
    """Les versions du calendrier, chacune par son document."""

    def __init__(self, connexion: Connexion) -> None:
        self._connexion = connexion

    async def ajouter(self, recus: Sequence[CalendrierRecu]) -> Sequence[CalendrierRecu]:
        connus = set(await self._connexion.colonne(_CONNUS))
        neuves = [recu for recu in recus if recu.version.version not in connus]
        await _CALENDRIERS.synchroniser(
            self._connexion, list(map(conversion.ligne_de_calendrier, neuves))
        )
        return neuves

    async def applique(self, candidate: VersionCalendrier | None = None) -> Calendrier | None:
        documents = await self._connexion.colonne(_DOCUMENTS)
        if candidate and candidate.version not in {d["version"] for d in documents}:
            documents.append(candidate.vers_document())
        return calendrier_de(documents) if documents else None

    async def nommee(self, version: str) -> VersionCalendrier | None:
        document = await self._connexion.valeur(_NOMMEE, {"nom": version})
        return None if document is None else version_depuis_document(document)
