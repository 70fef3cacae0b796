"""Ce que les services se disent : des données, un module par producteur, jamais de comportement."""

from contrats.base import Evenement
from contrats.registre import A_VENIR, EVENEMENTS, PRODUCTEURS, SUJETS

__all__ = ["A_VENIR", "EVENEMENTS", "PRODUCTEURS", "SUJETS", "Evenement"]
