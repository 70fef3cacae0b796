"""Ce qu'une tâche fait de chaque chose dont une date est venue."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Generic, TypeVar
from uuid import UUID

from noyau import Acte, Resultat, jour_de_quebec
from socle.bd.vues import Vue
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun, par_lots

C = TypeVar("C")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Venue:
    """Une chose dont une date est venue."""

    organisme: str
    id: UUID
    le: date


Venues = Callable[[date, Venue | None], Vue[Sequence[Venue]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Generic[C, P]):
    """Ce qui se fait de chaque chose dont une date est venue, chacune dans sa transaction.

    Celle qui échoue n'arrête pas les autres; on y revient, et la santé le dit. Le verbe verrouille
    la chose : ce qui ne se fait qu'une fois ne l'est qu'une.
    """

    operation: str
    ports: type[P]
    verbe: Callable[[C, P, Acte], Awaitable[Resultat[bool]]]
    commande: Callable[[Venue], C]
    venues: Venues
    reste: str

    def tache(self, nom: str) -> Tache:
        """La tâche qui le fait, chaque minute au plus tard."""
        return Tache(nom, 60.0, self.faire, self.guetter)

    async def faire(self, contexte: Contexte) -> int:
        """Fait toutes celles du jour; rend combien."""
        jour = jour_de_quebec(contexte.horloge())
        return await chacun(
            par_lots(lambda apres: contexte.lire(self.venues(jour, apres))),
            partial(self._une, contexte),
            contexte.prolonger,
            self.reste,
        )

    async def guetter(self, contexte: Contexte) -> bool:
        """Vrai s'il y en a."""
        return bool(await contexte.lire(self.venues(jour_de_quebec(contexte.horloge()), None)))

    async def _une(self, contexte: Contexte, venue: Venue) -> bool:
        fait = await contexte.executer(
            self.operation,
            self.ports,
            self.verbe,
            self.commande(venue),
            cle=f"{venue.id}:{uuid7()}",
            organisme=venue.organisme,
        )
        return bool(fait)
