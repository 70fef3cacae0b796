"""Le papier d'un rapport, en PDF accessible (SLA-9, SGQRI 008)."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from markupsafe import Markup

from noyau import jour_de_quebec
from pages import Cellule, Graphique, Tableau
from pages.papier import composer
from sla.rapports.adaptateurs.rendus import contenu
from sla.rapports.domaine.rapport import Rapport

_TELS_QUELS: Final = frozenset({"empreinte"})


def rendre(rapport: Rapport, empreinte: str) -> bytes:
    """Le PDF d'un rapport; le même rapport donne les mêmes octets."""
    c = contenu.composer(rapport, empreinte)
    donnees = {
        "titre": c.titre,
        "pour": c.pour,
        "etat": c.etat,
        "reserve": c.reserve,
        "sommaire": _tableau(c.sommaire),
        "exercice": _tableau(c.exercice),
        "parties": [
            {
                "titre": partie.titre,
                "phrase": partie.phrase,
                "avertissement": partie.avertissement,
                "graphique": _graphique(partie.graphique),
                "tableau": _tableau(partie.tableau),
            }
            for partie in c.parties
        ],
        "muets": c.muets,
        "listes": [
            {
                "titre": liste.titre,
                "phrase": liste.phrase,
                "tableau": liste.tableau and _tableau(liste.tableau),
            }
            for liste in c.listes
        ],
        "methode": contenu.METHODE,
        "fiches": _tableau(c.fiches),
        "calendriers": c.calendriers,
        "etabli_le": c.etabli_le,
        "empreinte": c.empreinte,
    }
    jour = jour_de_quebec(rapport.etabli_le)
    return composer(_gabarit(), donnees, le=jour, tels_quels=_TELS_QUELS)


@cache
def _gabarit() -> bytes:
    return files(__package__).joinpath("rapport.typ").read_bytes()


def _tableau(tableau: Tableau) -> Mapping[str, Any]:
    return {
        "titre": tableau.titre,
        "colonnes": [{"titre": c.titre, "nombre": c.nombre} for c in tableau.colonnes],
        "lignes": [[_cellule(cellule) for _, cellule in rangee] for rangee in tableau.rangees],
    }


def _cellule(cellule: Cellule) -> Mapping[str, str]:
    return {"texte": _texte(cellule.texte), "detail": _texte(cellule.detail)}


def _texte(texte: str | Markup) -> str:
    return texte.striptags() if isinstance(texte, Markup) else texte


def _graphique(graphique: Graphique) -> Mapping[str, Any]:
    """Les mêmes mois, à la même échelle; ce que la figure dit à qui ne la voit pas."""
    dessins = graphique.dessins
    cible = dessins[-1].cible
    return {
        "dit": f"{graphique.titre}. " + " ".join(dessin.description for dessin in dessins),
        "cible": None if cible is None else float(cible),
        "points": [
            {
                "mois": colonne.mois,
                "valeur": colonne.point.valeur,
                "part": None if colonne.point.part is None else float(colonne.point.part),
                "ton": colonne.point.ton.value,
                "provisoire": colonne.point.provisoire,
            }
            for dessin in dessins
            for colonne in dessin.colonnes
        ],
    }
