"""La page qui explique un verdict à une personne (SLA-3)."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from sla.mesures.adaptateurs.rendus.dates import heure_de_quebec, pourcentage
from sla.mesures.adaptateurs.rendus.frise import dessiner
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.dates import date_longue
from sla.mesures.domaine.explication import TITRES, Explication

_CONCLUSIONS = {
    Conclusion.EXCLUE: "exclut la mesure du taux ajusté",
    Conclusion.RETENUE: "n'exclut pas",
    Conclusion.SIGNALEE: "non tranchée, signalée",
    Conclusion.SANS_OBJET: "sans objet",
}


def rendre(explication: Explication) -> str:
    """La page HTML d'une explication, frise comprise."""
    mesure = explication.mesure
    delai = mesure.regime.indicateur.delai
    frise = (
        dessiner(explication.decompte, delai)
        if explication.decompte is not None and delai is not None
        else None
    )
    gabarit = _gabarits().get_template("explication.html.j2")
    return gabarit.render(
        explication=explication,
        mesure=mesure,
        regime=mesure.regime,
        comptage=explication.comptage,
        frise=frise,
        titre=TITRES[mesure.verdict],
        conclusions=_CONCLUSIONS,
    )


@cache
def _gabarits() -> Environment:
    gabarits = Environment(
        loader=PackageLoader("sla.mesures.adaptateurs.rendus", "gabarits"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    gabarits.filters |= {
        "date_longue": date_longue,
        "heure_de_quebec": heure_de_quebec,
        "pourcentage": pourcentage,
    }
    return gabarits
