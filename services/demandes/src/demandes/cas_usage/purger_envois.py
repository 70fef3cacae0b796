"""Oublier les envois livrés, ou laissés en plan, depuis longtemps."""

from dataclasses import dataclass
from datetime import timedelta

from demandes.cas_usage.ports import Depots
from demandes.domaine.webhook import MEMOIRE
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgerEnvois:
    """L'âge (temps système) au-delà duquel un envoi s'oublie."""

    age: timedelta = MEMOIRE


async def purger_envois(commande: PurgerEnvois, depots: Depots, _: Acte) -> Issue[int]:
    """Purge; rend le nombre d'envois oubliés."""
    return Issue(await depots.webhooks.purger(commande.age))
