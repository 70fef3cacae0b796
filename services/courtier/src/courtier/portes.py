"""Qui entre : ce que toutes les aires exigent d'un appelant au bon rôle."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Protocol, TypeVar

from noyau import exiger_une_personne, jour_de_quebec
from socle.web import Appel

P = TypeVar("P")


class _Droit(Protocol):
    def exiger(self, jour: date) -> None: ...


class _Droits(Protocol):
    async def droit(self, organisme: str, sujet: str) -> _Droit: ...


class LitLeCatalogue(Protocol):
    """Les ports d'une aire qui montre le Catalogue."""

    @property
    def droits(self) -> _Droits: ...


async def exiger_un_compte(appel: Appel[LitLeCatalogue]) -> None:
    """D'un organisme, seule une personne à qui le Courtier a accordé un compte lit le Catalogue.

    Lève `Interdit` (CI-11). Le MCN et le vérificateur lisent sans compte.
    """
    acteur = appel.acteur
    if acteur.organisme is not None:
        code = acteur.organisme
        droit = await appel.consulter(lambda ports: ports.droits.droit(code, acteur.sujet))
        droit.exiger(jour_de_quebec(appel.horloge()))


def une_personne(
    regle: str, puis: Callable[[Appel[P]], Awaitable[None]] | None = None
) -> Callable[[Appel[P]], Awaitable[None]]:
    """La garde de ce qui s'écrit : une machine n'approuve, ne valide ni ne signe jamais.

    Quels que soient ses autres rôles, son jeton reçoit `Interdit`, de cette règle; il lit encore.
    `puis` : ce qu'exige l'aire ensuite.
    """

    async def garder(appel: Appel[P]) -> None:
        if appel.requete.method != "GET":
            exiger_une_personne(appel.acteur, regle)
        if puis is not None:
            await puis(appel)

    return garder
