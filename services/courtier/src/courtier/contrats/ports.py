"""Ce que l'aire attend de la base, du Catalogue, et des copies des organismes et des mandats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from courtier.acces.ports import Clients
from courtier.calendriers.ports import Calendriers
from courtier.catalogue.ports import Catalogue
from courtier.contrats.domaine.contrat import Contrat
from courtier.dossiers.ports import Acquisitions
from courtier.normes.domaine import NormesDatees
from courtier.obligations.ports import Obligations
from courtier.organismes.ports import Mandats
from courtier.pieces.ports import Pieces
from noyau import Acte


class Contrats(Protocol):
    """Les contrats spécifiques. `charger` verrouille jusqu'à la fin de l'acte."""

    async def charger(self, identifiant: UUID) -> Contrat: ...
    async def du_dossier(self, organisme: str, dossier_id: UUID) -> Sequence[Contrat]: ...

    async def lire(self, identifiant: UUID) -> Contrat:
        """Sans rien verrouiller."""
        ...

    async def ajouter(self, contrat: Contrat) -> None: ...
    async def enregistrer(self, contrat: Contrat) -> None: ...


class Repercussion(Protocol):
    """Ce qui suit un contrat dans la transaction de l'acte, une fois le contrat enregistré.

    Une aire plus haute la tient; `main` la branche.
    """

    async def conclu(self, contrat_id: UUID, acte: Acte) -> None:
        """La signature du fournisseur vient de le conclure."""

    async def change(self, contrat_id: UUID, le: datetime, acte: Acte) -> None:
        """Sa fin ou son montant ont changé à cet instant (avenant conclu, résiliation)."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des contrats spécifiques."""

    contrats: Contrats
    acquisitions: Acquisitions
    catalogue: Catalogue
    clients: Clients
    mandats: Mandats
    calendriers: Calendriers
    obligations: Obligations
    pieces: Pieces
    normes: NormesDatees
    repercussions: Sequence[Repercussion] = ()
