"""Mettre de côté l'organisme qu'une exécution n'a pu facturer, avec sa raison (FAC-6)."""

from dataclasses import dataclass
from uuid import UUID

from facturation.cas_usage.ports import Depots
from facturation.domaine.executions import EtatSort, Sort
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class MettreDeCote:
    """L'organisme, et pourquoi."""

    execution_id: UUID
    organisme: str
    raison: str


async def mettre_de_cote(commande: MettreDeCote, depots: Depots, _: Acte) -> Issue[Sort]:
    """Les autres organismes continuent; une nouvelle exécution reprendra celui-ci."""
    sort = Sort(organisme=commande.organisme, etat=EtatSort.EN_ATTENTE, raison=commande.raison)
    await depots.executions.consigner(commande.execution_id, sort)
    return Issue(sort)
