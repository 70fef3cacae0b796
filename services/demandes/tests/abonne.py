"""Un abonné d'essai : il retient ce qu'on lui porte, et répond ce qu'on lui dit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from contrats.demandes import DemandeAnnulee
from services.demandes.tests.parcours import Parcours
from socle.identifiants import uuid7

PUBLIQUE = "https://abonne.example/recu"


@dataclass(slots=True)
class Abonne:
    """Un serveur HTTP de boucle locale; `reponses` dit ce qu'il répondra, la dernière demeure."""

    url: str = ""
    reponses: list[bytes] = field(default_factory=lambda: [b"204 No Content"])
    attente: float = 0.0
    recus: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrivee: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def servi(self, nombre: int) -> None:
        """Attend d'avoir reçu tant d'envois."""
        async with self.arrivee:
            await self.arrivee.wait_for(lambda: len(self.recus) >= nombre)

    async def servir(self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        try:
            tete = await lecteur.readuntil(b"\r\n\r\n")
            lignes = tete.decode().split("\r\n")[1:-2]
            en_tetes = {k.lower(): v for k, _, v in (ligne.partition(": ") for ligne in lignes)}
            corps = await lecteur.readexactly(int(en_tetes["content-length"]))
            async with self.arrivee:
                self.recus.append((en_tetes, corps))
                self.arrivee.notify_all()
            await asyncio.sleep(self.attente)
            reponse = self.reponses.pop(0) if len(self.reponses) > 1 else self.reponses[0]
            statut, _, suite = reponse.partition(b"\r\n")
            ecrivain.write(b"HTTP/1.1 " + statut + b"\r\nconnection: close\r\n" + suite + b"\r\n")
            await ecrivain.drain()
        finally:
            ecrivain.close()


@asynccontextmanager
async def abonne(**champs: Any) -> AsyncIterator[Abonne]:
    recepteur = Abonne(**champs)
    serveur = await asyncio.start_server(recepteur.servir, "127.0.0.1", 0)
    recepteur.url = f"http://127.0.0.1:{serveur.sockets[0].getsockname()[1]}/recu"
    async with serveur:
        yield recepteur


async def abonner(parcours: Parcours, url: str, **champs: Any) -> dict[str, Any]:
    reponse = await parcours.csc.post("/v1/webhooks", json={"url": url, **champs})
    assert reponse.status_code == 201, reponse.text
    cree: dict[str, Any] = reponse.json()
    return cree


def annulee(organisme: str = "MTQ") -> DemandeAnnulee:
    return DemandeAnnulee(organisme=organisme, demande_id=uuid7())
