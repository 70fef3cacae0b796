"""Les dépôts de ce qui fait le repère d'une ligne : le numéro des demandes, les imputations."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, cast, insert, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import connu
from facturation.creances.adaptateurs import tables as t
from facturation.creances.domaine.faits import DemandeNumerotee
from facturation.creances.domaine.imputations import Imputation
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie

_d = t.demandes.c
_DEMANDES = Copie(t.demandes)
_NUMEROS = select(_d.demande_id, _d.numero).where(
    _d.organisme == bindparam("organisme"),
    _d.demande_id == any_(bindparam("demandes", type_=ARRAY(Uuid))),
    connu(_d.appris),
)
_DITES = bindparam("dites", type_=ARRAY(Text))
_NOMMEES = select(_d.demande_id, _d.numero).where(
    _d.organisme == bindparam("organisme"),
    or_(_d.numero == any_(_DITES), cast(_d.demande_id, Text) == any_(_DITES)),
)
_i = t.imputations.c
_IMPUTER = insert(t.imputations)
_IMPUTEES = select(*(c for c in _i if c.name != "appris")).where(
    _i.organisme == bindparam("organisme"),
    _i.source == any_(bindparam("sources", type_=ARRAY(Text))),
    connu(_i.appris),
)


@dataclass(frozen=True, slots=True)
class DemandesSql:
    """Voir `ports.Demandes`."""

    connexion: Connexion

    async def synchroniser(self, demandes: Sequence[DemandeNumerotee]) -> None:
        await _DEMANDES.synchroniser(self.connexion, [colonnes(d) for d in demandes])

    async def numeros(self, organisme: str, demandes: Collection[UUID]) -> Mapping[UUID, str]:
        vises = {"organisme": organisme, "demandes": list(demandes)}
        connus = await self.connexion.lignes(_NUMEROS, vises)
        return {ligne.demande_id: ligne.numero for ligne in connus}

    async def nommees(self, organisme: str, dites: Collection[str]) -> Mapping[str, UUID]:
        vises = {"organisme": organisme, "dites": list(dites)}
        lues = await self.connexion.lignes(_NOMMEES, vises)
        par_nom = {nom: x.demande_id for x in lues for nom in (x.numero, str(x.demande_id))}
        return {dite: par_nom[dite] for dite in dites if dite in par_nom}


@dataclass(frozen=True, slots=True)
class ImputationsSql:
    """Voir `ports.Imputations`."""

    connexion: Connexion

    async def ajouter(self, imputations: Sequence[Imputation]) -> None:
        if imputations:
            await self.connexion.ecrire_lot(_IMPUTER, [colonnes(i) for i in imputations])

    async def des_sources(
        self, organisme: str, sources: Collection[str]
    ) -> Mapping[str, Sequence[Imputation]]:
        vises = {"organisme": organisme, "sources": list(sources)}
        par_source: defaultdict[str, list[Imputation]] = defaultdict(list)
        for lue in await self.connexion.lignes(_IMPUTEES, vises):
            par_source[lue.source].append(objet(Imputation, lue))
        return par_source
