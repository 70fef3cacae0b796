"""Ce que l'aire attend de la base, des normes et des contrats conclus."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.differends.domaine.differends import Differend
from courtier.differends.domaine.incidents import Incident
from courtier.normes.domaine import NormesDatees
from courtier.suivi.ports import ContratsConclus


class Differends(Protocol):
    """Les différends. `charger` verrouille jusqu'à la fin de l'acte; lève `Introuvable`."""

    async def ajouter(self, differend: Differend) -> None: ...
    async def charger(self, identifiant: UUID) -> Differend: ...
    async def enregistrer(self, differend: Differend) -> None: ...

    async def compter(self, contrat_id: UUID) -> int:
        """Combien ce contrat en a eu."""
        ...


class Incidents(Protocol):
    """Les incidents. `charger` verrouille jusqu'à la fin de l'acte; lève `Introuvable`."""

    async def ajouter(self, incident: Incident) -> None: ...
    async def charger(self, identifiant: UUID) -> Incident: ...
    async def enregistrer(self, incident: Incident) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des différends et des incidents."""

    differends: Differends
    incidents: Incidents
    contrats: ContratsConclus
    normes: NormesDatees
