"""Ce que l'aire attend de la base, des contrats, et de ce qui y est commandé."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.acces.ports import Clients
from courtier.avenants.domaine.avenant import Avenant
from courtier.calendriers.ports import Calendriers
from courtier.catalogue.ports import Catalogue
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.ports import Contrats, Repercussion
from courtier.dossiers.domaine.reserves import conversions_du_choix
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

    async def conversions_dites(self, contrat: Contrat) -> frozenset[UUID]:
        """Les offres dont le prix tenait à une conversion dite; nulle hors du RCTI (CI-15)."""
        client = await self.clients.organismes.lire(contrat.organisme)
        if contrat.dossier_id is None or not client.assujetti_rcti:
            return frozenset()
        return conversions_du_choix(await self.dossiers.lire(contrat.dossier_id))
