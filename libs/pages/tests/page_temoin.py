"""Une page qui emploie tout ce que la trousse offre, avec de quoi déborder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pages import (
    Cellule,
    Colonne,
    Part,
    Tableau,
    Ton,
    barre,
    barre_de_parts,
    dessiner_frise,
    environnement,
)

LONG = "identifiant-sans-aucune-coupure-" + "x" * 60
GABARIT = """
{% extends "pages/page.html.j2" %}
{% from "pages/composants.html.j2" import avis, entete, fiche, frise as dessin, tableau %}
{% block titre %}Page témoin{% endblock %}
{% block contenu %}
{{ entete("Essai", "Page témoin") }}
{% for genre in ["information", "succes", "avertissement", "erreur"] %}
{% call avis(genre) %}<p>Avis {{ genre }}.</p>{% endcall %}
{% endfor %}
{{ fiche([("Mot", "Valeur"), ("Long", long)]) }}
<h2>Frise</h2>
{{ dessin(frise) }}
<h2>Tableaux</h2>
{{ tableau(large) }}
{{ barre }}
<details><summary>Replié</summary>{{ tableau(etroit) }}</details>
{% endblock %}
"""


@dataclass(frozen=True)
class Plage:
    debut: date
    fin: date
    motif: str
    jours: int = 0
    libelle: str = ""


def sept(jour: int) -> date:
    return date(2026, 9, jour)


PLAGES = (
    Plage(sept(1), sept(1), "j0"),
    Plage(sept(2), sept(2), "client"),
    Plage(sept(3), sept(4), "compte", 2),
    Plage(sept(5), sept(6), "fin_de_semaine"),
    Plage(sept(7), sept(7), "ferie", libelle="Fête du Travail"),
    Plage(sept(8), sept(9), "compte", 2),
    Plage(sept(10), sept(10), "fin", 1),
)


def tableau_large() -> Tableau:
    colonnes = tuple(Colonne(f"Colonne {n}", nombre=n > 6) for n in range(1, 9))
    return Tableau(
        titre="Huit colonnes",
        colonnes=colonnes,
        lignes=[tuple(_cellules(rang)) for rang in range(1, 4)],
        total=("Total", *[""] * 6, "99"),
    )


def _cellules(rang: int) -> Iterator[Cellule]:
    yield Cellule(f"Ligne {rang}", LONG)
    yield Cellule("<b>échappé</b>", ton=Ton.MAUVAIS)
    yield Cellule(barre(Decimal("0.5"), Decimal("0.95"), Ton.BON), "50 %")
    for n in range(4, 9):
        yield Cellule(f"Contenu {rang}{n}")


def rendre() -> str:
    return (
        environnement("pages", "modeles")
        .from_string(GABARIT)
        .render(
            frise=dessiner_frise(PLAGES, delai=3),
            large=tableau_large(),
            etroit=Tableau(
                titre="Deux colonnes",
                colonnes=(Colonne("Gauche"), Colonne("Droite", nombre=True)),
                lignes=[("Valeur cachée", "42")],
            ),
            barre=barre_de_parts([Part(Decimal("0.25"), 0), Part(Decimal("0.75"), 1)]),
            long=LONG,
        )
    )
