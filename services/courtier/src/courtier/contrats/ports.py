"""Ce que l'aire attend de la base, du Catalogue, et des copies des organismes et des mandats."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.calendriers.ports import Calendriers
from courtier.catalogue.ports import Catalogue
from courtier.contrats.domaine.contrat import Contrat
from courtier.organismes.ports import Mandats, Organismes


class Contrats(Protocol):
    """Les contrats spécifiques. `charger` verrouille jusqu'à la fin de l'acte."""

    async def charger(self, identifiant: UUID) -> Contrat: ...
    async def ajouter(self, contrat: Contrat) -> None: ...
    async def enregistrer(self, contrat: Contrat) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des contrats spécifiques."""

    contrats: Contrats
    catalogue: Catalogue
    organismes: Organismes
    mandats: Mandats
    calendriers: Calendriers
