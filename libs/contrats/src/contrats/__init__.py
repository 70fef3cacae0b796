"""Ce que les services se disent : des données, un module par producteur, jamais de comportement."""

from contrats.base import Evenement
from contrats.registre import EVENEMENTS, PRODUCTEURS, SUJETS

__all__ = ["EVENEMENTS", "PRODUCTEURS", "SUJETS", "Evenement"]
