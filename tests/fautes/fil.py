"""Le fil d'un processus : avant et après chaque instruction SQL, il peut mourir.

Rien du produit n'est changé : la réserve prête des connexions qui comptent ce qui passe par elles.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, cast

import asyncpg

from socle.bd.connexion import Connexion
from socle.bd.moteur import Moteur
from socle.injection_fautes import poser_piege
from tests.fautes.pilote import Mort

_INSTRUCTIONS: Final = frozenset({"execute", "executemany", "fetch", "fetchrow", "fetchval"})


@dataclass(slots=True)
class Fil:
    """Les points où passe un processus, dans l'ordre, et celui où une faute le frappe.

    `au` : son rang, de 1 à la fin; 0, jamais. `taux` : au hasard, plutôt. `a_part` : un mutant,
    dont l'instruction qui porte ces mots se valide à part, hors de la transaction.
    """

    au: int = 0
    faute: type[BaseException] = Mort
    taux: float = 0.0
    hasard: Random = field(default_factory=lambda: Random(0))
    a_part: str = ""
    en_passant: Callable[[int], Awaitable[None]] | None = None
    """Ce que fait l'épreuve elle-même au passage d'un point."""
    points: list[str] = field(default_factory=list)
    frappes: int = 0

    def passer(self, nom: str) -> None:
        """Passe un point, ou y meurt."""
        self.points.append(nom)
        if len(self.points) == self.au or (self.taux and self.hasard.random() < self.taux):
            self.frappes += 1
            raise self.faute(nom)

    @contextmanager
    def nomme(self) -> Iterator[None]:
        """Les points nommés du socle en sont, le temps d'un bloc."""
        poser_piege(self.passer)
        try:
            yield
        finally:
            poser_piege(None)


@dataclass(frozen=True, slots=True)
class PiloteSuivi:
    """Une connexion d'asyncpg, dont chaque instruction passe par le fil."""

    pilote: asyncpg.Connection
    fil: Fil
    moteur: Moteur

    def __getattr__(self, nom: str) -> Any:  # noqa: ANN401 -- ce qu'est le pilote
        chose = getattr(self.pilote, nom)
        return self._suivre(nom, chose) if nom in _INSTRUCTIONS else chose

    def _suivre(self, nom: str, faire: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def suivie(texte: str, *valeurs: Any) -> object:
            if self.fil.en_passant is not None:
                await self.fil.en_passant(len(self.fil.points))
            self.fil.passer(f"avant {texte[:40]}")
            if self.fil.a_part and self.fil.a_part in texte:
                async with self.moteur.a_part() as autre:
                    rendu = await getattr(autre, nom)(texte, *valeurs)
            else:
                rendu = await faire(texte, *valeurs)
            self.fil.passer(f"après {texte[:40]}")
            return rendu

        return suivie


@dataclass(slots=True, eq=False)
class MoteurSuivi(Moteur):
    """La réserve d'un processus que suit un fil."""

    fil: Fil = field(default_factory=Fil)

    @asynccontextmanager
    async def emprunter(self) -> AsyncIterator[Connexion]:
        """Une connexion dont le fil compte les instructions."""
        async with Moteur.emprunter(self) as connexion:
            suivi = PiloteSuivi(connexion.pilote, self.fil, self)
            yield Connexion(cast("asyncpg.Connection", suivi))
