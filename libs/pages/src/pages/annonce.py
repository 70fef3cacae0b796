"""Le bandeau d'un entretien annoncé, à poser avant le contenu d'une page."""

from datetime import datetime

from pages.gabarits import environnement


def bandeau(debut: datetime, fin: datetime) -> str:
    """Du HTML : de quand à quand, à l'heure de Québec, et ce que cela empêche."""
    gabarit = environnement("pages", "modeles").get_template("annonce.html.j2")
    return gabarit.render(debut=debut, fin=fin)
