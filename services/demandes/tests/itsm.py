"""L'ITSM des essais : il annonce et il signe."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks.webhooks import Webhook

from socle.horloge import horloge_systeme

ANCIENNE = "whsec_" + base64.b64encode(b"une ancienne cle de l'ITSM").decode()
NEUVE = "whsec_" + base64.b64encode(b"une cle neuve de l'ITSM, longue").decode()
ETRANGERE = "whsec_" + base64.b64encode(b"la cle de quelqu'un d'autre").decode()


@dataclass(slots=True)
class Itsm:
    """L'outil du CSC, qui annonce et signe."""

    client: httpx.AsyncClient

    async def dire(
        self,
        type_evenement: str,
        time: str = "2026-09-01T13:00:00Z",
        *,
        identifiant: str | None = None,
        secret: str = NEUVE,
        age: timedelta = timedelta(),
        **donnees: Any,
    ) -> httpx.Response:
        corps = json.dumps({"type": type_evenement, "time": time, "data": donnees})
        identifiant = identifiant or f"itsm-{uuid4()}"
        instant = horloge_systeme() - age
        return await self.envoyer(
            corps.encode(),
            **{
                "webhook-id": identifiant,
                "webhook-timestamp": str(int(instant.timestamp())),
                "webhook-signature": Webhook(secret).sign(identifiant, instant, corps),
            },
        )

    async def envoyer(self, corps: bytes, **en_tetes: str) -> httpx.Response:
        return await self.client.post("/v1/itsm/evenements", content=corps, headers=en_tetes)
