"""Servir une application HTTP sur un port, jusqu'à l'arrêt."""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from math import ceil

import uvicorn
from starlette.types import ASGIApp

from socle.exploitation.arret import Arret
from socle.reglages import Bornes
from socle.serveur.protocole import ProtocoleBorne


async def servir(
    application: ASGIApp,
    hote: str,
    port: int,
    arret: Arret,
    *,
    patience: int,
    bornes: Bornes,
    mandataires: Sequence[str] = (),
) -> None:
    """Sert jusqu'à l'arrêt, puis laisse `patience` secondes aux requêtes en cours.

    `mandataires` : ceux dont l'en-tête X-Forwarded-For dit l'appelant.
    """
    reglages = uvicorn.Config(
        application,
        host=hote,
        port=port,
        http=partial(ProtocoleBorne, bornes=bornes),  # type: ignore[arg-type]
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        proxy_headers=bool(mandataires),
        forwarded_allow_ips=list(mandataires),
        timeout_keep_alive=ceil(bornes.delai_oisif),
        timeout_graceful_shutdown=patience,
    )
    await _Serveur(reglages, arret).serve()


class _Serveur(uvicorn.Server):
    """Un serveur qui laisse les signaux au socle : plusieurs rôles, un seul arrêt."""

    def __init__(self, reglages: uvicorn.Config, arret: Arret) -> None:
        super().__init__(reglages)
        self._arret = arret

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        """Tient l'heure de l'en-tête Date, à la seconde; ne se réveille pour rien d'autre."""
        while not self._arret.demande:
            await self.on_tick(0)
            await self._arret.attendre(1.0)
