"""Ce que l'aire attend de la base, des contrats, et de ce qui y est commandé."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.acces.ports import Clients
from courtier.avenants.domaine.avenant import Avenant
from courtier.calendriers.ports import Calendriers
from courtier.catalogue.ports import Catalogue
from courtier.contrats.ports import Contrats, Repercussion
from courtier.dossiers.ports import Dossiers
from courtier.normes.domaine import NormesDatees
from courtier.obligations.ports import Obligations
from courtier.organismes.ports import Mandats
from courtier.pieces.ports import Pieces
from noyau import Montant


class Avenants(Protocol):
    """Les avenants. `charger` verrouille; qui les écrit a d'abord chargé leur contrat."""

    async def charger(self, contrat_id: UUID, identifiant: UUID) -> Avenant: ...
    async def prochain_numero(self, organisme: str, contrat_id: UUID) -> int: ...

    async def ajouter(self, avenant: Avenant) -> None:
        """Lève `Conflit` (CI-17) si un autre est ouvert sur ce contrat."""

    async def enregistrer(self, avenant: Avenant) -> None: ...


class Engagements(Protocol):
    """Ce qui est déjà commandé d'un contrat, avant taxes (CI-19)."""

    async def engage(self, organisme: str, contrat_id: UUID) -> Montant: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des avenants."""

    avenants: Avenants
    contrats: Contrats
    dossiers: Dossiers
    catalogue: Catalogue
    clients: Clients
    mandats: Mandats
    calendriers: Calendriers
    obligations: Obligations
    pieces: Pieces
    engagements: Engagements
    normes: NormesDatees
    repercussions: Sequence[Repercussion] = ()
