"""Les dépôts des émissions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, update

from facturation.emissions.adaptateurs import tables as t
from facturation.emissions.domaine.executions import Execution, Traitement
from noyau import sujet_de
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes
from socle.reception.jalons import jalon_atteint

_EXECUTER, _TRAITER = insert(t.executions), insert(t.traitements)
_ENREGISTRER = update(t.traitements).where(
    t.traitements.c.execution_id == bindparam("de_l_execution"),
    t.traitements.c.organisme == bindparam("de"),
)


@dataclass(frozen=True, slots=True)
class ExecutionsSql:
    """Voir `ports.Executions`."""

    connexion: Connexion

    async def ajouter(self, execution: Execution) -> None:
        entete = colonnes(execution)
        traitements = entete.pop("traitements")
        await self.connexion.ecrire(_EXECUTER, entete)
        lignes = [{"execution_id": execution.id, **colonnes(x)} for x in traitements]
        await self.connexion.ecrire_lot(_TRAITER, lignes)

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        vise = {"de_l_execution": execution_id, "de": traitement.organisme}
        await self.connexion.ecrire(_ENREGISTRER, {**colonnes(traitement), **vise})

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        return {nom: await jalon_atteint(self.connexion, [sujet_de(nom)]) for nom in producteurs}
