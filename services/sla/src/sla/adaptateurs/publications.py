"""Ce que le service publie : rien, tant que SLA-6 et SLA-7 ne lui donnent pas de faits."""

from socle.bus import Publication
from socle.noyau import Fait


def publication(_fait: Fait) -> Publication | None:
    """Aucun cas d'usage ne rend de fait : les verdicts se lisent, ils ne s'annoncent pas."""
    return None
