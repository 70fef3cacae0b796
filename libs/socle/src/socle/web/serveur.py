"""Servir une application HTTP sur un port, jusqu'à l'arrêt."""

import asyncio
import contextlib
from collections.abc import Iterator
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from socle.exploitation.arret import Arret
from socle.web.protocole import Bornes, ProtocoleBorne


async def servir(
    application: ASGIApp, hote: str, port: int, arret: Arret, *, patience: int, bornes: Bornes
) -> None:
    """Sert jusqu'à l'arrêt, puis laisse `patience` secondes aux requêtes en cours."""
    serveur = _Serveur(
        uvicorn.Config(
            application,
            host=hote,
            port=port,
            http=partial(ProtocoleBorne, bornes=bornes),  # type: ignore[arg-type]
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=patience,
        )
    )
    async with asyncio.TaskGroup() as groupe:
        service = groupe.create_task(serveur.serve())
        attente = groupe.create_task(arret.attendre())
        await asyncio.wait({service, attente}, return_when=asyncio.FIRST_COMPLETED)
        serveur.should_exit = True
        await service
        attente.cancel()


class _Serveur(uvicorn.Server):
    """Un serveur qui laisse les signaux au socle : plusieurs rôles, un seul arrêt."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
