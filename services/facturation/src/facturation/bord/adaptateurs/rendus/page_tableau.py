"""La page du tableau du mois."""

from markupsafe import Markup

from facturation.bord.domaine import DEFINITIONS, IGNORE, Constat, Jalon, Tableau
from pages import Cellule, Colonne, Ton, environnement
from pages import Tableau as TableauDePage
from pages.ecriture import instant, jour, nombre


def rendre(tableau: Tableau) -> str:
    """La page HTML d'un tableau : ce qui est reçu, ce qui reste, et qui."""
    return (
        environnement("facturation.bord.adaptateurs.rendus")
        .get_template("tableau.html.j2")
        .render(
            periode=str(tableau.periode),
            le=instant(tableau.le),
            recue=tableau.recue,
            jalons=_jalons(tableau.jalons),
            constats=_constats(tableau),
            details=[_cas(constat) for constat in tableau.constats if constat.cas],
            ignore=IGNORE,
        )
    )


def _jalons(jalons: tuple[Jalon, ...]) -> TableauDePage:
    return TableauDePage(
        titre="Ce qui est reçu de chaque producteur",
        colonnes=(Colonne("Producteur"), Colonne("Tout reçu jusqu'au"), Colonne("Période")),
        lignes=[
            (
                jalon.producteur,
                instant(jalon.jusqua) if jalon.jusqua else "rien encore",
                Cellule(
                    "reçue en entier" if jalon.atteint else "pas encore reçue",
                    ton=Ton.BON if jalon.atteint else Ton.MAUVAIS,
                ),
            )
            for jalon in jalons
        ],
    )


def _constats(tableau: Tableau) -> TableauDePage:
    return TableauDePage(
        titre="Ce qui reste à faire",
        colonnes=(
            Colonne("Rubrique"),
            Colonne("Nombre", nombre=True),
            Colonne("Depuis"),
            Colonne("Détail"),
        ),
        lignes=[
            (
                DEFINITIONS[constat.rubrique].libelle,
                nombre(constat.nombre) + (" ou plus" if constat.davantage else ""),
                jour(constat.depuis) if constat.depuis else "–",
                _ou(constat, tableau),
            )
            for constat in tableau.constats
        ],
    )


def _ou(constat: Constat, tableau: Tableau) -> str | Markup:
    dite = DEFINITIONS[constat.rubrique]
    lien = dite.vers(tableau.periode)
    return _ancre(lien, lien) if lien else dite.commande or ""


def _cas(constat: Constat) -> TableauDePage:
    return TableauDePage(
        titre=DEFINITIONS[constat.rubrique].libelle,
        colonnes=(Colonne("Lequel"), Colonne("Depuis"), Colonne("Pourquoi")),
        lignes=[
            (
                _ancre(cas.lien, cas.nom) if cas.lien else cas.nom,
                jour(cas.depuis) if cas.depuis else "–",
                cas.texte or "–",
            )
            for cas in constat.cas
        ],
    )


def _ancre(lien: str, texte: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(lien, texte)
