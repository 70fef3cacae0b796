"""Ce que les comptes demandent au monde."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from facturation.clients.ports import Clients
from facturation.comptes.domaine.a_facturer import LigneConnue
from facturation.comptes.domaine.etats import Retard
from facturation.comptes.domaine.reglements import Acquittement, Reglement
from facturation.comptes.domaine.soldes import Solde
from facturation.creances.ports import ALEcart, Faits, Touches
from facturation.factures.ports import Factures, Situations
from noyau import Chronologie, Montant


class Reglements(Protocol):
    """Les règlements et leurs acquittements; on y ajoute, on n'y change rien."""

    async def ajouter(self, reglements: Sequence[Reglement]) -> None: ...

    async def acquitter(self, reglement: Reglement, acquittements: Sequence[Acquittement]) -> None:
        """Ajoute ces acquittements à un règlement déjà gardé."""

    async def charger(self, identifiant: UUID) -> Reglement:
        """Un règlement; lève `Introuvable`."""

    async def empreintes(
        self, organisme: str, jours: Collection[date]
    ) -> Sequence[tuple[date, str, Montant]]:
        """Le jour, la référence et le montant de ceux de ces jours que rien ne contrepasse."""


class Documents(Protocol):
    """Ce que les comptes lisent des documents émis."""

    async def soldes(self, organisme: str) -> Sequence[Solde]:
        """Ce qu'il reste de chacun, tous règlements compris."""

    async def en_retard(self, le: date) -> Sequence[Retard]:
        """Ceux de tous les organismes, à la fin de ce jour, qui est aujourd'hui (FAC-17)."""

    async def emises_depuis(self, organisme: str, jour: date) -> Sequence[LigneConnue]:
        """Les lignes de ceux qui sont émis ce jour-là ou plus tard."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des aires plus basses dont se fait une situation."""

    reglements: Reglements
    documents: Documents
    anciennetes: Chronologie[timedelta]
    clients: Clients
    factures: Factures
    situations: Situations
    faits: Faits
    touches: Touches
    a_l_ecart: ALEcart
