"""Ce que le bord demande au monde."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from courtier.bord.domaine.listes import Attente, AvenantOuvert
from courtier.bord.domaine.tableau import Constat, FournisseurSuivi, Rubrique
from courtier.dossiers.ports import Dossiers
from courtier.normes.domaine import NormesDatees
from courtier.organismes.ports import Mandats, Organismes


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


class Attentes(Protocol):
    """Ce qu'un organisme a d'ouvert, du plus ancien au plus récent; au plus tant."""

    async def choisis(self, organisme: str, limite: int) -> Sequence[UUID]:
        """Les dossiers en cours dont un scénario est choisi."""
        ...

    async def avenants_a_autoriser(self, organisme: str, limite: int) -> Sequence[AvenantOuvert]:
        """Les avenants ouverts dont la dépense attend le dirigeant (CI-17)."""
        ...

    async def a_signer(self, organisme: str, limite: int) -> Sequence[Attente]:
        """Les contrats et les avenants validés."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que le bord lit des autres aires; les normes disent l'horizon."""

    constats: Constats
    attentes: Attentes
    dossiers: Dossiers
    organismes: Organismes
    mandats: Mandats
    normes: NormesDatees
