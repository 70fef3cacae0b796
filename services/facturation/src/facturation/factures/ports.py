"""Ce que les factures demandent au monde."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.creances.domaine.creances import Identite
from facturation.creances.ports import Faits
from facturation.factures.domaine.executions import Execution, Traitement
from facturation.factures.domaine.factures import Facture
from facturation.tarification.ports import Tarifications
from noyau import Mois, Montant


class Factures(Protocol):
    """Les factures émises, immuables."""

    async def prochain_rang(self, exercice: str) -> int:
        """Le rang suivant dans l'exercice, verrouillé jusqu'au commit : aucun trou (FAC-6)."""

    async def ajouter(self, facture: Facture) -> None: ...

    async def numeros(self, organisme: str) -> Mapping[Mois, str]:
        """Le numéro de la facture de chaque période déjà facturée."""

    async def deja_facture(self, organisme: str) -> Mapping[Identite, Montant]:
        """Ce qui est déjà facturé, créance par créance."""


class Executions(Protocol):
    """Les exécutions demandées, leur avancement, et ce qui permet de les demander."""

    async def ajouter(self, execution: Execution) -> None: ...

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None: ...

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        """Jusqu'où tout est reçu de chacun (instant UTC)."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des aires plus basses dont se fait une situation."""

    factures: Factures
    executions: Executions
    clients: Clients
    faits: Faits
    tarifications: Tarifications
