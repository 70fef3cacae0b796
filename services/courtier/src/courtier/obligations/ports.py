"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from courtier.obligations.domaine import NatureObligation, Obligation


class Obligations(Protocol):
    """Les obligations. `courantes` verrouille celles qu'elle rend jusqu'à la fin de l'acte."""

    async def ouvrir(self, obligation: Obligation) -> None:
        """Sans effet si la même court déjà : une seule par nature et par objet."""

    async def courantes(self, organisme: str, objet_id: UUID) -> Sequence[Obligation]:
        """Celles de cet objet qui ne sont ni remplies ni abandonnées."""

    async def charger(self, organisme: str, identifiant: UUID) -> Obligation:
        """Verrouille jusqu'à la fin de l'acte; lève `Introuvable`."""
        ...

    async def enregistrer(self, obligation: Obligation) -> None: ...


async def remplir(
    obligations: Obligations, nature: NatureObligation, organisme: str, objet_id: UUID, le: datetime
) -> None:
    """Remplit celle de cet objet, si elle court : un fait d'avant les obligations n'en a pas."""
    for courante in await obligations.courantes(organisme, objet_id):
        if courante.nature is nature:
            await obligations.enregistrer(courante.remplir(le))


@dataclass(frozen=True, slots=True)
class Ports:
    """Le port des obligations."""

    obligations: Obligations
