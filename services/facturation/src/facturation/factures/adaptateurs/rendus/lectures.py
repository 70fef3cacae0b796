"""Un document émis lu lot par lot, et celui d'avant, auquel il se compare."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from facturation.factures.adaptateurs import vues
from facturation.factures.adaptateurs.rendus.lecture import LignesLues, Precedent
from facturation.factures.domaine.ecarts import Pli
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue

T = TypeVar("T")

LIGNES_MAXIMALES: Final = vues.LOT
"""Au-delà, un papier ou une page résume, et dit où lire les lignes."""


class Lire(Protocol):
    """Fait une lecture, dans sa transaction."""

    def __call__(self, vue: Vue[T], /) -> Awaitable[T]:
        """Ce que rend cette vue."""


async def lots(lire: Lire, facture: Ligne) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    """Les lignes d'un document, qui ne change plus : chaque lot se lit dans sa transaction."""
    for apres in range(0, facture.nombre_lignes, vues.LOT):
        yield await lire(vues.lot_de_lignes(facture, apres))


async def compter(lire: Lire, facture: Ligne) -> LignesLues:
    """Ce qu'un rendu tire de toutes ses lignes."""
    lu = LignesLues()
    async for lignes in lots(lire, facture):
        await asyncio.to_thread(lu.ajouter, lignes)
    return lu


async def lire_precedent(lire: Lire, organisme: str, periode: str) -> Precedent | None:
    """Le dernier document de l'organisme avant cette période, plié; rien avant le premier."""
    facture = await lire(vues.precedent(organisme, periode))
    if facture is None:
        return None
    pli = Pli()
    async for lignes in lots(lire, facture):
        await asyncio.to_thread(pli.ajouter, lignes)
    return Precedent(facture.entete["numero"], facture.periode, pli)
