"""La course aux adresses d'un nom : la première qui répond l'emporte (RFC 8305)."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import httpcore

Flux = httpcore.AsyncNetworkStream

DELAI_ADRESSE = 0.25
"""Secondes laissées à une adresse avant d'essayer aussi la suivante."""


async def premiere(essais: Iterable[Callable[[], Coroutine[Any, Any, Flux]]]) -> Flux:
    """Le flux du premier essai qui aboutit; chacun part au plus 250 ms après le précédent.

    Un essai qui échoue fait partir le suivant aussitôt; s'ils échouent tous, le dernier échec est
    levé. Les perdants sont annulés, et fermés s'ils ont abouti trop tard.
    """
    reste = deque(essais)
    taches: list[asyncio.Task[Flux]] = []
    gagnante: asyncio.Task[Flux] | None = None
    try:
        while True:
            if reste:
                taches.append(asyncio.create_task(reste.popleft()()))
            en_cours = [tache for tache in taches if not tache.done()]
            if en_cours:
                _ = await asyncio.wait(
                    en_cours,
                    timeout=DELAI_ADRESSE if reste else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
            gagnante = next((t for t in taches if t.done() and t.exception() is None), None)
            if gagnante is not None:
                return gagnante.result()
            if not reste and all(tache.done() for tache in taches):
                return taches[-1].result()
    finally:
        await _fermer([tache for tache in taches if tache is not gagnante])


async def _fermer(perdantes: Iterable[asyncio.Task[Flux]]) -> None:
    for tache in perdantes:
        tache.cancel()
    for rendu in await asyncio.gather(*perdantes, return_exceptions=True):
        if isinstance(rendu, httpcore.AsyncNetworkStream):
            await rendu.aclose()
