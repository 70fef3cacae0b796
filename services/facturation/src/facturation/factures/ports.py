"""Ce que les factures demandent au monde."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.clients.ports import Clients
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Visees
from facturation.creances.ports import Touches
from facturation.factures.domaine.ajustements import Ajustement, Facturee
from facturation.factures.domaine.documents import Scelle
from facturation.factures.domaine.factures import Document, NatureDocument, Situation
from noyau import Mois, Montant


class Factures(Protocol):
    """Les documents émis, immuables : factures et notes de crédit."""

    async def prochain_rang(self, nature: NatureDocument, exercice: str) -> int:
        """Le rang suivant de la suite dans l'exercice, verrouillé jusqu'au commit (FAC-6)."""

    async def ajouter(self, document: Document, scelle: Scelle) -> None:
        """Garde un document, tel qu'il est scellé."""

    async def numeros(self, organisme: str) -> Mapping[Mois, str]:
        """Le numéro du document de chaque période déjà émise."""

    async def deja_facture(
        self, organisme: str, sources: Collection[str]
    ) -> Mapping[Identite, Facturee]:
        """Ce qui est déjà facturé de ces sources, créance par créance."""

    async def sommes(self, organisme: str, de: Mois, a: Mois) -> Mapping[tuple[Mois, str], Montant]:
        """Ce qu'ont facturé, avant taxes, les documents de ces périodes, par mois et tarif."""

    async def ligne(self, numero: str, rang: int) -> tuple[str, Identite, tuple[UUID, ...]]:
        """L'organisme, la créance et les actes d'une ligne émise; lève `Introuvable`."""


class Ajustements(Protocol):
    """Les décisions sur des lignes facturées, immuables (FAC-13)."""

    async def ajouter(self, ajustement: Ajustement) -> None: ...

    async def des_sources(self, organisme: str, sources: Collection[str]) -> tuple[Ajustement, ...]:
        """Ceux de ces sources, le plus ancien d'abord."""


class Situations(Protocol):
    """Tout ce qui fait le document d'un organisme."""

    def de(self, client: Client, visees: Visees) -> AsyncIterator[Situation]:
        """Sa situation, lot par lot de ce que l'on relit de lui."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des aires plus basses dont se fait une décision."""

    factures: Factures
    ajustements: Ajustements
    clients: Clients
    touches: Touches
