"""La taille visée : celle du MCN, multipliée par un facteur, et ses organismes inégaux."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

ORGANISMES: Final = 150
VOLUMES: Final[Mapping[str, int]] = {
    "demandes": 1_000_000,
    "produits": 50_000,
    "lignes": 2_000_000,
    "interventions": 200_000,
    "usages": 200_000,
    "envois": 300_000,
    "contrats": 120_000,
    "offres": 5_000,
}
"""Le MCN. Les gestes (trois millions), les actifs (cinq cent mille), les mesures (un million) et le
reste suivent des demandes."""
FIXES: Final = frozenset(
    "acces_comptes admissibilites commentaires diffusion_inscriptions ententes_actes"
    " fournisseurs_documents preuves_securite prestataires "
    "actes_indisponibilites actes_services ajustements alarmes_ecartees calendriers clients"
    " codes_reserves"
    " contestations ententes executions factures fiche_versions fiches fournisseurs"
    " indisponibilites mandats minutes organismes signalements signataires soldes substitutions"
    " traitements webhooks".split()
)
"""Les tables dont la taille ne suit pas le facteur."""
TOUS, GROS, PETIT = "", "ORG-001", "ORG-150"
"""Tous les organismes (le MCN), celui qui en tient le cinquième, et le plus petit."""


@dataclass(frozen=True, slots=True)
class Echelle:
    """Un facteur (1 : le MCN; 0.01 : ses centièmes; 10 : dix fois lui) et une graine."""

    facteur: float = 1.0
    graine: int = 13

    @property
    def nom(self) -> str:
        """Ce qui distingue ses données : « x1-g13 »."""
        return f"x{self.facteur:g}-g{self.graine}"

    @property
    def valeurs(self) -> Mapping[str, str]:
        """Ce que les semis remplacent."""
        nombres = {nom: max(1, round(n * self.facteur)) for nom, n in VOLUMES.items()}
        nombres |= {"graine": self.graine, "organismes": ORGANISMES}
        bornes = ",".join(f"{borne:.9f}" for borne in _bornes())
        return {**{nom: str(n) for nom, n in nombres.items()}, "bornes": f"{{{bornes}}}"}


def _bornes() -> list[float]:
    """Les parts cumulées, une loi de Zipf et Mandelbrot : 20 % au premier, 0,02 % au dernier."""
    poids = [1 / (rang + 3.5) ** 2 for rang in range(1, ORGANISMES + 1)]
    total = sum(poids)
    return [somme / total for somme in accumulate(poids)][:-1]
