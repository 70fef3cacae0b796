"""Ce que tout le monde regarde : une page, une feuille de style, des figures et leurs tableaux."""

from pages.courbe import Cadre, Courbe, Serie, dessiner_courbe
from pages.frise import CHARGES, MOTIFS, Case, Frise, Notes, dessiner_frise
from pages.gabarits import environnement
from pages.graphique import Graphique, Point, dessiner_graphique
from pages.ruban import Bande, Ruban, dessiner_ruban
from pages.style import empreinte, feuille, politique
from pages.tableau import Cellule, Colonne, Tableau, Ton
from pages.traces import Part, barre, barre_de_parts, barres, puce

__all__ = [
    "CHARGES",
    "MOTIFS",
    "Bande",
    "Cadre",
    "Case",
    "Cellule",
    "Colonne",
    "Courbe",
    "Frise",
    "Graphique",
    "Notes",
    "Part",
    "Point",
    "Ruban",
    "Serie",
    "Tableau",
    "Ton",
    "barre",
    "barre_de_parts",
    "barres",
    "dessiner_courbe",
    "dessiner_frise",
    "dessiner_graphique",
    "dessiner_ruban",
    "empreinte",
    "environnement",
    "feuille",
    "politique",
    "puce",
]
