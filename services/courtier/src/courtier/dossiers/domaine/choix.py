"""Le choix d'un scénario, et la règle du plus bas prix (CI-15)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from courtier.dossiers.domaine.planchers import (
    Justification,
    Plancher,
    exiger_un_motif_chacune,
)
from courtier.dossiers.domaine.scenarios import Calcul, Chiffrage
from noyau import Conflit, Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Choix:
    """Le scénario retenu, et tous les calculs du jour où il l'est.

    Lève `Conflit` (CI-15) si une offre y est motivée deux fois.
    """

    scenario_id: UUID
    indicateur_responsable: str | None
    """L'indicateur d'acquisition responsable qui a servi au choix (CI-18)."""
    calculs: tuple[Calcul, ...]
    planchers: tuple[Plancher, ...] = ()
    """Ceux du même jour; rien d'un choix d'avant qu'on les garde."""
    justifications: tuple[Justification, ...] = ()
    """Le motif de chaque réserve qu'il porte."""

    def __post_init__(self) -> None:
        exiger_un_motif_chacune(self.justifications)


@dataclass(frozen=True, slots=True, kw_only=True)
class Autorisation:
    """Le dirigeant permet un scénario qui n'est pas le plus bas (RCTI, art. 48).

    Lève `Conflit` (CI-15) sans critère, ou si un tiers la consigne sans la pièce signée.
    """

    scenario_id: UUID
    date: date
    criteres: tuple[str, ...]
    """Nommés et liés à l'objet : compatibilité technologique, accessibilité, performance…"""
    justification: str
    ecart_autorise: Decimal
    """Ce qu'il accepte de payer, au plus, au-dessus du plus bas prix."""
    par_le_dirigeant: bool
    empreinte: str | None

    def __post_init__(self) -> None:
        if not self.criteres:
            raise Conflit(
                "L'autorisation nomme au moins un critère lié à l'objet du contrat.",
                regle="CI-15",
            )
        if not self.par_le_dirigeant and self.empreinte is None:
            raise Conflit(
                "L'autorisation que consigne un gestionnaire porte sa pièce signée.",
                regle="CI-15",
            )

    def couvre(self, scenario_id: UUID, ecart: Montant) -> bool:
        """Vrai si elle permet ce scénario à cet écart du plus bas."""
        return self.scenario_id == scenario_id and ecart.decimal <= self.ecart_autorise


@dataclass(frozen=True, slots=True, kw_only=True)
class Reddition:
    """L'organisme rend compte au SCT d'un choix que son dirigeant a autorisé."""

    date: date
    empreinte: str


@dataclass(frozen=True, slots=True)
class Comparaison:
    """Les scénarios conformes qui se chiffrent, et leur total."""

    totaux: Mapping[UUID, Montant]

    @classmethod
    def de(cls, calculs: Iterable[Calcul], conformes: Collection[UUID]) -> "Comparaison":
        """Celle des scénarios conformes, à leur dernier calcul; un scénario empêché n'y est pas."""
        return cls(
            {
                calcul.scenario_id: calcul.total
                for calcul in calculs
                if isinstance(calcul, Chiffrage) and calcul.scenario_id in conformes
            }
        )

    @property
    def plus_bas(self) -> frozenset[UUID]:
        """Les moins chers; à prix égal, chacun est le plus bas (CI-14)."""
        return frozenset(s for s, total in self.totaux.items() if total == self.prix_plus_bas)

    @property
    def prix_plus_bas(self) -> Montant | None:
        """Le plus bas prix; aucun si aucun scénario n'est conforme."""
        return min(self.totaux.values(), default=None)

    def ecart(self, scenario_id: UUID) -> Montant | None:
        """Ce que ce scénario coûte de plus que le plus bas; rien s'il ne se compare pas."""
        total, bas = self.totaux.get(scenario_id), self.prix_plus_bas
        return None if total is None or bas is None else total - bas

    def permet(self, scenario_id: UUID, autorisations: Iterable[Autorisation]) -> bool:
        """Vrai si ce scénario est le plus bas, ou si le dirigeant l'autorise à cet écart."""
        ecart = self.ecart(scenario_id)
        if ecart is None:
            return False
        return not ecart or any(a.couvre(scenario_id, ecart) for a in autorisations)
