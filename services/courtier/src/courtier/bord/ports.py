"""Ce que le bord demande au monde."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from courtier.bord.domaine.tableau import Constat, FournisseurSuivi, Rubrique
from courtier.normes.domaine import NormesDatees


class Constats(Protocol):
    """Ce qui se compte dans toutes les aires; toute lecture est bornée."""

    async def dossiers(self) -> Sequence[tuple[int, datetime]]:
        """L'étape et l'ouverture des dossiers en cours, les plus anciens d'abord."""
        ...

    async def constat(self, rubrique: Rubrique, jour: date, horizon: date, cas: int) -> Constat:
        """Ce que compte une rubrique ce jour-là, et tant de ses plus anciens au plus."""
        ...

    async def fournisseurs(self, jour: date) -> Sequence[FournisseurSuivi]:
        """Ceux dont des évaluations tardent, le plus grand retard d'abord."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les constats, et les normes d'où vient l'horizon."""

    constats: Constats
    normes: NormesDatees
