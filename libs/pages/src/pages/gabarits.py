"""L'environnement Jinja d'une page : les gabarits de qui la dessine, et ceux de la trousse."""

from functools import cache

from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    select_autoescape,
)

from pages import ecriture
from pages.style import feuille


@cache
def environnement(paquet: str, dossier: str = "gabarits") -> Environment:
    """Les gabarits de `paquet`, où `pages/page.html.j2` et `pages/composants.html.j2` se nomment.

    Tout est échappé, un nom inconnu est une erreur, et les filtres sont ceux de `ecriture`.
    Bâti une fois, puis gardé.
    """
    rendu = Environment(
        loader=ChoiceLoader(
            [
                PrefixLoader({"pages": PackageLoader("pages", "modeles")}),
                PackageLoader(paquet, dossier),
            ]
        ),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    rendu.globals["feuille"] = feuille()
    rendu.filters |= {
        filtre.__name__: filtre
        for filtre in (
            ecriture.dollars,
            ecriture.en_mots,
            ecriture.instant,
            ecriture.jour,
            ecriture.jour_de_semaine,
            ecriture.mois,
            ecriture.nombre,
            ecriture.pourcentage,
        )
    }
    return rendu
