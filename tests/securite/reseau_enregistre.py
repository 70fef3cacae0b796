"""Un réseau où rien ne sort : chaque connexion demandée est notée, chaque nom résolu ici."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Any, TypeVar
from uuid import UUID

import httpcore

from demandes.webhooks.adaptateurs.connecteur import Connecteur, Reponse, connecteur

T = TypeVar("T")
PUBLIQUE = "93.184.216.34"
EVENEMENT = UUID("5ec0517e-0000-7000-8000-000000000001")
SECRET = "whsec_dW5lIGNsZSBkJ2Vzc2Fp"
ACCEPTEE = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass(slots=True)
class Noms:
    """Un serveur de noms : chaque question avance d'une réponse, la dernière demeure."""

    zones: Mapping[str, Sequence[Sequence[str]]]
    questions: dict[str, int] = field(default_factory=dict)

    def repondre(self, hote: str, port: int) -> list[Any]:
        """Les adresses d'un hôte; une forme numérique se lit comme le système la lit."""
        if hote not in self.zones:
            # Jamais de question au réseau : octal, hexadécimal, entier et formes courtes compris.
            return socket.getaddrinfo(
                hote, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        reponses = deque(self.zones[hote])
        rang = self.questions.get(hote, 0)
        self.questions[hote] = rang + 1
        adresses = reponses[min(rang, len(reponses) - 1)]
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port))
            for a in adresses
        ]


class Boucle(asyncio.SelectorEventLoop):
    """Une boucle d'événements qui ne connaît que les noms de l'essai."""

    def __init__(self, noms: Noms) -> None:
        super().__init__()
        self.noms = noms

    async def getaddrinfo(self, host: object, port: object, **_: object) -> list[Any]:
        return self.noms.repondre(str(host), int(str(port)))


def derouler(noms: Noms, tache: Coroutine[Any, Any, T]) -> T:
    """Déroule une tâche dans une boucle qui ne résout que ces noms."""
    with asyncio.Runner(loop_factory=lambda: Boucle(noms)) as coureur:
        return coureur.run(tache)


@dataclass(slots=True)
class Enregistreur(httpcore.AsyncNetworkBackend):
    """Le bout du réseau : note l'adresse, et répond sans rien ouvrir."""

    reponse: bytes = ACCEPTEE
    tentatives: list[tuple[str, int]] = field(default_factory=list)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- signature de httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Note l'adresse où irait le paquet : un nom se résout encore, comme le ferait le noyau."""
        trouvees = await asyncio.get_running_loop().getaddrinfo(host, port)
        self.tentatives.append((str(trouvees[0][4][0]), port))
        return httpcore.AsyncMockStream([self.reponse])

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@asynccontextmanager
async def du_produit(
    fin: Enregistreur, permis: Sequence[IPv4Network | IPv6Network] = ()
) -> AsyncIterator[Connecteur]:
    """Le connecteur du produit, entier; seul l'appel qui ouvrirait est l'enregistreur."""
    async with connecteur(permis) as porteur:
        for reserve in (porteur.chiffree, porteur.claire):
            filtre: Any = reserve._network_backend
            filtre._reseau = fin
            filtre._chercher = asyncio.get_running_loop().getaddrinfo
        yield porteur


async def porter(porteur: Connecteur, url: str) -> Reponse:
    """Un envoi."""
    return await porteur.porter(url, EVENEMENT, b'{"specversion":"1.0"}', (SECRET,))


def essayer(
    url: str,
    noms: Mapping[str, Sequence[Sequence[str]]],
    *,
    permis: Sequence[IPv4Network | IPv6Network] = (),
    reponse: bytes = ACCEPTEE,
) -> tuple[list[tuple[str, int]], Reponse]:
    """Les connexions que le produit tente pour un envoi à cette adresse, et ce qu'il en dit."""
    fin = Enregistreur(reponse)

    async def tache() -> Reponse:
        async with du_produit(fin, permis) as porteur:
            return await porter(porteur, url)

    return fin.tentatives, derouler(Noms(noms), tache())


async def tentees(
    porteur: Connecteur, fin: Enregistreur, urls: Iterable[str]
) -> dict[str, list[tuple[str, int]]]:
    """Les adresses pour lesquelles une connexion est tentée, une à une."""
    vues: dict[str, list[tuple[str, int]]] = {}
    for url in urls:
        fin.tentatives.clear()
        await porter(porteur, url)
        if fin.tentatives:
            vues[url] = list(fin.tentatives)
    return vues
