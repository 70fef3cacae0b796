"""Le trafic continu d'un exercice, à travers un mandataire qui ne relance jamais rien.

Chaque requête va à une réplique qui sert, l'une après l'autre; ce qui est refusé ou rompu se
compte. Une clé d'idempotence redite va à une autre réplique, et doit rendre la même réponse.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import orjson
from standardwebhooks import Webhook

from outils.emetteur import Emetteur
from tests.exercices.defauts import exiger
from tests.exercices.flotte import Flotte, Replique

ORGANISMES = ("MTQ", "RAMQ", "SAAQ", "MCE")
PRODUIT = "LECTEUR-PDF"
CADENCE = 0.2
"""Secondes entre deux histoires d'un même client."""


@dataclass(slots=True)
class Mandataire:
    """Répartit les requêtes d'un service entre ses répliques."""

    flotte: Flotte
    service: str
    refusees: list[str] = field(default_factory=list)
    servies: Counter[str] = field(default_factory=Counter)
    """Par version, ce qu'elle a servi."""
    _tours: "count[int]" = field(default_factory=count)

    async def envoyer(
        self, methode: str, chemin: str, *attendus: int, **options: Any
    ) -> httpx.Response | None:
        """La réponse, si elle est de celles qu'on attend; sinon la requête est comptée refusée."""
        servant = self.flotte.servant(self.service)
        if not servant:
            self.refusees.append(f"{methode} {chemin} : aucune réplique ne sert")
            return None
        replique = servant[next(self._tours) % len(servant)]
        replique.en_cours += 1
        try:
            adresse = replique.adresse + chemin
            reponse = await self.flotte.client.request(methode, adresse, **options)
        except httpx.TransportError as rompue:
            self.refusees.append(f"{methode} {chemin}, {replique.nom} : {rompue!r}")
            return None
        finally:
            replique.en_cours -= 1
        self._compter(replique)
        if reponse.status_code not in attendus:
            dit = f"{reponse.status_code} {reponse.text[:300]}"
            self.refusees.append(f"{methode} {chemin}, {replique.nom} : {dit}")
            return None
        return reponse

    def _compter(self, replique: Replique) -> None:
        replique.servies += 1
        self.servies[replique.arbre.nom] += 1


@dataclass(slots=True)
class Trafic:
    """Des clients qui demandent, relisent, redisent; l'ITSM qui prend en charge et installe."""

    mandataire: Mandataire
    emetteur: Emetteur
    secret_itsm: str
    creees: dict[str, str] = field(default_factory=dict)
    """Chaque demande acceptée, et son organisme."""
    livrees: set[str] = field(default_factory=set)
    redites: int = 0
    autrement: int = 0
    """Les réponses gardées, rendues autrement."""
    _fini: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def en_continu(self, clients: int = 2) -> AsyncIterator["Trafic"]:
        """Le trafic, le temps du bloc; chaque client y finit son histoire."""

        self._fini.clear()
        async with asyncio.TaskGroup() as groupe:
            for rang in range(clients):
                groupe.create_task(self._client(ORGANISMES[rang % len(ORGANISMES)]))
            try:
                yield self
            finally:
                self._fini.set()

    async def durer(self, secondes: float, au_moins: int = 10) -> None:
        """Laisse passer du trafic : ce temps, et ce nombre de demandes acceptées de plus."""
        debut, avant = time.monotonic(), len(self.creees)
        while time.monotonic() - debut < secondes or len(self.creees) < avant + au_moins:
            exiger(time.monotonic() - debut < 60, f"le trafic s'arrête : {self.refus}")
            await asyncio.sleep(0.1)

    @property
    def refus(self) -> list[str]:
        """Ce qui fut refusé ou rompu."""
        return self.mandataire.refusees

    async def inscrire(self) -> None:
        """Inscrit les organismes, par l'API."""
        for code in ORGANISMES:
            corps = {"code": code, "nom": f"Organisme {code}", "assujetti_rcti": True}
            en_tetes = self.en_tetes("agent-csc", None)
            await self.mandataire.envoyer(
                "POST", "/v1/organismes", 201, json=corps, headers=en_tetes
            )
        exiger(not self.refus, f"organismes : {self.refus}")

    async def _client(self, organisme: str) -> None:
        for tour in count():
            if self._fini.is_set():
                return
            await self._histoire(organisme, redire=tour % 3 == 0)
            await asyncio.sleep(CADENCE)

    async def _histoire(self, organisme: str, *, redire: bool) -> None:
        """Demander, redire, relire, livrer."""
        en_tetes = self.en_tetes("demandeur", organisme)
        corps = {"sorte": "logiciel", "articles": [{"produit": PRODUIT}], "soumettre": True}
        appel = {"json": corps, "headers": en_tetes}
        cree = await self.mandataire.envoyer("POST", "/v1/demandes", 201, **appel)
        if cree is None:
            return
        demande = cree.json()
        self.creees[demande["id"]] = organisme
        if redire:
            encore = await self.mandataire.envoyer("POST", "/v1/demandes", 201, **appel)
            self.redites += 1
            self.autrement += encore is not None and encore.content != cree.content
        chemin = f"/v1/demandes/{demande['id']}"
        await self.mandataire.envoyer("GET", chemin, 200, headers=en_tetes)
        await self._livrer(demande)

    async def _livrer(self, demande: Mapping[str, Any]) -> None:
        """L'ITSM prend en charge, puis installe."""
        sien = {"demande_id": demande["id"]}
        if await self.annoncer("prise_en_charge", sien) is None:
            return
        article = {**sien, "article_id": demande["articles"][0]["id"]}
        if await self.annoncer("livraison", article) is not None:
            self.livrees.add(demande["id"])

    async def annoncer(self, genre: str, donnees: Mapping[str, Any]) -> httpx.Response | None:
        """Un événement de l'ITSM, signé du secret du moment."""
        maintenant = datetime.now(UTC)  # noqa: TID251 -- les signatures vivent à l'heure système
        corps = orjson.dumps(
            {"specversion": "1.0", "type": genre, "time": maintenant.isoformat(), "data": donnees}
        )
        en_tetes = signer(corps, self.secret_itsm, maintenant)
        return await self.mandataire.envoyer(
            "POST", "/v1/itsm/evenements", 200, 202, content=corps, headers=en_tetes
        )

    def en_tetes(self, role: str, organisme: str | None) -> dict[str, str]:
        """Un jeton de l'émetteur du moment, et une clé d'idempotence neuve."""
        sujet = f"{role}-{(organisme or 'mcn').lower()}"
        jeton = self.emetteur.jeton([role], organisme=organisme, sujet=sujet)
        return {"Authorization": f"Bearer {jeton}", "Idempotency-Key": uuid4().hex}


def signer(corps: bytes, secret: str, instant: datetime) -> dict[str, str]:
    """Les en-têtes d'un événement signé de ce secret."""
    identifiant = f"msg_{uuid4().hex}"
    return {
        "content-type": "application/json",
        "webhook-id": identifiant,
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifiant, instant, corps.decode()),
    }
