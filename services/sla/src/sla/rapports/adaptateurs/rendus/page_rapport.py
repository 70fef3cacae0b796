"""La page d'un rapport (SLA-9)."""

from pages import environnement
from sla.rapports.adaptateurs.rendus.contenu import METHODE, composer
from sla.rapports.domaine.rapport import Rapport


def rendre(rapport: Rapport, empreinte: str) -> str:
    """La page HTML d'un rapport."""
    gabarits = environnement("sla.rapports.adaptateurs.rendus")
    contenu = composer(rapport, empreinte)
    return gabarits.get_template("rapport.html.j2").render(c=contenu, methode=METHODE)
