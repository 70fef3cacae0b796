"""Les tâches qui rappellent ce qui est dû, et closent ce dont le silence vaut réponse."""

from courtier.obligations.adaptateurs import vues
from courtier.obligations.cas_usage import Revoir, clore, rappeler
from courtier.obligations.ports import Ports
from courtier.passages import Passage, Venue


def _revoir(venue: Venue) -> Revoir:
    return Revoir(venue.organisme, venue.id)


RAPPELS = Passage(
    operation="rappeler-obligation",
    ports=Ports,
    verbe=rappeler,
    commande=_revoir,
    venues=vues.A_RAPPELER,
    reste="Des rappels restent à publier.",
).tache("rappels")
SILENCES = Passage(
    operation="clore-obligation",
    ports=Ports,
    verbe=clore,
    commande=_revoir,
    venues=vues.TUES,
    reste="Des obligations tues restent à clore.",
).tache("silences")
