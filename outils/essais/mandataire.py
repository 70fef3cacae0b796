"""Un mandataire devant PostgreSQL : combien de fois ses clients ont attendu une réponse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy.engine import make_url


@dataclass(slots=True)
class Mandataire:
    """Passe tout, et compte les attentes : chacune est un aller-retour du réseau."""

    hote: str
    port: int
    dsn: str = ""
    """Par où passer."""
    attentes: int = 0
    _taches: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def devant(cls, dsn: str) -> AsyncIterator["Mandataire"]:
        """Un mandataire devant cette base, fermé à la sortie."""
        adresse = make_url(dsn)
        mandataire = cls(adresse.host or "127.0.0.1", adresse.port or 5432)
        ecoute = await asyncio.start_server(mandataire._servir, "127.0.0.1", 0)
        port = ecoute.sockets[0].getsockname()[1]
        detour = adresse.set(host="127.0.0.1", port=port)
        mandataire.dsn = detour.render_as_string(hide_password=False)
        try:
            yield mandataire
        finally:
            ecoute.close()
            for tache in mandataire._taches:
                tache.cancel()
            await asyncio.gather(*mandataire._taches, return_exceptions=True)

    async def _servir(self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        de_la_base, a_la_base = await asyncio.open_connection(self.hote, self.port)
        for passage in (self._demander(lecteur, a_la_base), _repondre(de_la_base, ecrivain)):
            self._taches.append(asyncio.create_task(passage))

    async def _demander(
        self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter
    ) -> None:
        """Une requête simple (Q) et une synchronisation (S) donnent la parole à la base."""
        async with _jusqu_a_la_fin(ecrivain):
            while True:
                tete = await lecteur.readexactly(5)
                # Un message de connexion n'a pas de genre : sa longueur commence par un zéro.
                sans_genre = tete[0] == 0
                reste = int.from_bytes(tete[:4]) - 5 if sans_genre else int.from_bytes(tete[1:]) - 4
                self.attentes += tete[:1] in (b"Q", b"S")
                ecrivain.write(tete + await lecteur.readexactly(reste))


async def _repondre(lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
    async with _jusqu_a_la_fin(ecrivain):
        while octets := await lecteur.read(65_536):
            ecrivain.write(octets)


@asynccontextmanager
async def _jusqu_a_la_fin(ecrivain: asyncio.StreamWriter) -> AsyncIterator[None]:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        try:
            yield
        finally:
            ecrivain.close()
            await ecrivain.wait_closed()
