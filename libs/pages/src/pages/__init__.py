"""Ce que tout le monde regarde : une page, une feuille de style, des figures et leurs tableaux."""

from pages.frise import CHARGES, MOTIFS, Case, Frise, Notes, dessiner_frise
from pages.gabarits import environnement
from pages.style import empreinte, feuille, politique
from pages.tableau import Cellule, Colonne, Tableau, Ton
from pages.traces import Part, barre, barre_de_parts, barres, puce

__all__ = [
    "CHARGES",
    "MOTIFS",
    "Case",
    "Cellule",
    "Colonne",
    "Frise",
    "Notes",
    "Part",
    "Tableau",
    "Ton",
    "barre",
    "barre_de_parts",
    "barres",
    "dessiner_frise",
    "empreinte",
    "environnement",
    "feuille",
    "politique",
    "puce",
]
