"""Le dépôt des imputations."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, any_, bindparam, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.creances.adaptateurs import tables as t
from facturation.creances.domaine.imputations import Imputation
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet

_i = t.imputations.c
_IMPUTER = insert(t.imputations)
_IMPUTEES = select(*(c for c in _i if c.name != "appris")).where(
    _i.organisme == bindparam("organisme"),
    _i.source == any_(bindparam("sources", type_=ARRAY(Text))),
)


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
