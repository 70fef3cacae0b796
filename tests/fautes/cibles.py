"""Des abonnés de boucle locale, sains ou en faute, qui retiennent tout ce qu'on leur porte."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

LENTEUR = 1.0


class Conduite(Enum):
    """Ce que fait une cible d'un envoi."""

    SAINE = "saine"
    LENTE = "lente"
    EN_ERREUR = "en erreur"
    REDIRIGE = "redirige"
    MUETTE = "muette"
    COUPE = "coupe"
    """Elle traite l'envoi, puis ferme sans répondre : la réponse est perdue."""


@dataclass(slots=True)
class Cible:
    """Un serveur HTTP; un même identifiant n'y a qu'un effet."""

    conduite: Conduite
    ailleurs: str = ""
    url: str = ""
    secret: str = ""
    connexions: int = 0
    demandes: int = 0
    effets: set[str] = field(default_factory=set)
    identifiants: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Sous quels identifiants d'envoi chaque événement est venu."""
    signatures_fausses: int = 0

    @property
    def identifiants_changes(self) -> int:
        return sum(vus != {evenement} for evenement, vus in self.identifiants.items())

    async def servir(self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        """Une connexion, un envoi."""
        self.connexions += 1
        try:
            tete = (await lecteur.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
            en_tetes = {k.lower(): v for k, _, v in (ligne.partition(": ") for ligne in tete)}
            corps = await lecteur.readexactly(int(en_tetes["content-length"]))
            reponse = await self._traiter(en_tetes, corps, lecteur)
            if reponse:
                ecrivain.write(f"HTTP/1.1 {reponse}\r\nconnection: close\r\n\r\n".encode())
                await ecrivain.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            ecrivain.close()

    async def _traiter(
        self, en_tetes: dict[str, str], corps: bytes, lecteur: asyncio.StreamReader
    ) -> str:
        """Retient l'envoi; rend la réponse, vide pour n'en donner aucune."""
        self.demandes += 1
        identifiant = en_tetes["webhook-id"]
        self.identifiants[json.loads(corps)["id"]].add(identifiant)
        try:
            if self.secret:
                Webhook(self.secret).verify(corps, en_tetes)
        except WebhookVerificationError:
            self.signatures_fausses += 1
        if self.conduite is Conduite.EN_ERREUR:
            return "503 Non\r\ncontent-length: 0"
        if self.conduite is Conduite.REDIRIGE:
            statut = ("302 Ailleurs", "307 Ailleurs", "308 Ailleurs")[self.demandes % 3]
            return f"{statut}\r\nlocation: {self.ailleurs}\r\ncontent-length: 0"
        if self.conduite is Conduite.MUETTE:
            await lecteur.read()  # jusqu'à ce que l'autre renonce
            return ""
        if self.conduite is Conduite.LENTE:
            await asyncio.sleep(LENTEUR)
        self.effets.add(identifiant)
        return "" if self.conduite is Conduite.COUPE else "204 Bien"


@asynccontextmanager
async def en_service(cible: Cible) -> AsyncIterator[Cible]:
    """Met la cible à l'écoute, le temps du bloc."""
    serveur = await asyncio.start_server(cible.servir, "127.0.0.1", 0)
    cible.url = f"http://127.0.0.1:{serveur.sockets[0].getsockname()[1]}/recu"
    async with serveur:
        yield cible
