"""Un client de charge sobre : des connexions tenues, des requêtes prêtes, rien d'autre."""

import asyncio
import time
from collections.abc import Iterator, Sequence

CONNEXIONS = 16
PATIENCE = 60.0


class ReponseInattendue(Exception):
    """Le serveur a répondu autre chose que 200."""


class _Connexion(asyncio.Protocol):
    """Envoie une requête, attend sa réponse entière, passe à la suivante."""

    def __init__(self, requetes: Iterator[bytes], fin: "asyncio.Future[None]") -> None:
        self._requetes = requetes
        self._fin = fin
        self._tampon = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        self._suivante()

    def _suivante(self) -> None:
        self._tampon = b""
        requete = next(self._requetes, None)
        if requete is not None:
            self._transport.write(requete)
        elif not self._fin.done():
            self._fin.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._tampon += data
        tete, marque, corps = self._tampon.partition(b"\r\n\r\n")
        if not marque:
            return
        longueur = int(tete.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(corps) < longueur:
            return
        if not tete.startswith(b"HTTP/1.1 200"):
            self._echouer(ReponseInattendue(self._tampon.decode(errors="replace")))
            return
        self._suivante()

    def connection_lost(self, exc: Exception | None) -> None:
        self._echouer(exc or ConnectionError("le serveur a fermé la connexion"))

    def _echouer(self, erreur: Exception) -> None:
        if not self._fin.done():
            self._fin.set_exception(erreur)


async def debit(port: int, requetes: Sequence[bytes], connexions: int = CONNEXIONS) -> float:
    """Les requêtes servies par seconde; lève `ReponseInattendue` si l'une échoue."""
    boucle, file = asyncio.get_running_loop(), iter(requetes)
    fins = [boucle.create_future() for _ in range(connexions)]
    transports = []
    debut = time.perf_counter()
    try:
        for fin in fins:
            ouverte, _ = await boucle.create_connection(
                lambda fin=fin: _Connexion(file, fin),  # type: ignore[misc]
                "127.0.0.1",
                port,
            )
            transports.append(ouverte)
        await asyncio.wait_for(asyncio.gather(*fins), PATIENCE)
        return len(requetes) / (time.perf_counter() - debut)
    finally:
        for transport in transports:
            transport.close()


def requete(methode: str, chemin: str, en_tetes: dict[str, str], corps: bytes = b"") -> bytes:
    """Une requête HTTP/1.1 prête à partir."""
    lignes = [f"{methode} {chemin} HTTP/1.1", "Host: 127.0.0.1"]
    lignes += [f"{nom}: {valeur}" for nom, valeur in en_tetes.items()]
    if corps:
        lignes += ["Content-Type: application/json", f"Content-Length: {len(corps)}"]
    return "\r\n".join([*lignes, "", ""]).encode() + corps
