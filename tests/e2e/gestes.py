"""Les gestes des parcours : ce que feraient le portail, un signataire, l'ITSM."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import orjson
from standardwebhooks import Webhook

from demo.systeme import Systeme


@dataclass(frozen=True, slots=True)
class Client:
    """Un appelant d'un service, sous un rôle."""

    systeme: Systeme
    service: str
    jeton: str

    async def get(self, chemin: str, **options: Any) -> httpx.Response:
        return await self._envoyer("GET", chemin, **options)

    async def post(self, chemin: str, corps: object = None, **options: Any) -> httpx.Response:
        return await self._envoyer("POST", chemin, json=corps or {}, **options)

    async def _envoyer(self, methode: str, chemin: str, **options: Any) -> httpx.Response:
        en_tetes = {"Authorization": f"Bearer {self.jeton}", "Idempotency-Key": uuid4().hex}
        en_tetes |= options.pop("headers", {})
        adresse = self.systeme.adresses[self.service] + "/v1/" + chemin
        return await self.systeme.client.request(methode, adresse, headers=en_tetes, **options)


def client(systeme: Systeme, service: str, role: str, organisme: str | None = None) -> Client:
    """Un client d'un service; le sujet du jeton est « rôle-organisme »."""
    sujet = f"{role}-{(organisme or 'mcn').lower()}"
    return Client(systeme, service, systeme.jeton(role, organisme=organisme, sujet=sujet))


async def inscrire(systeme: Systeme, organisme: str) -> None:
    """Inscrit un organisme et son signataire."""
    csc = client(systeme, "demandes", "agent-csc")
    corps = {"code": organisme, "nom": f"Organisme {organisme}", "assujetti_rcti": True}
    ok(await csc.post("organismes", corps), 201)
    signataire = {"nom": "A. T.", "sujet": f"signataire-{organisme.lower()}", "debut": "2026-04-01"}
    ok(await csc.post(f"organismes/{organisme}/signataires", signataire), 201)


async def demander(systeme: Systeme, organisme: str, sorte: str, *produits: str) -> dict[str, Any]:
    """Crée, soumet et fait approuver une demande; rend son dernier état."""
    demandeur = client(systeme, "demandes", "demandeur", organisme)
    corps = {
        "sorte": sorte,
        "articles": [{"produit": produit} for produit in produits],
        "soumettre": True,
    }
    demande = ok(await demandeur.post("demandes", corps), 201)
    if demande["faits"]["approbation_requise"]:
        signataire = client(systeme, "demandes", "signataire", organisme)
        demande = ok(await signataire.post(f"demandes/{demande['id']}/approbation"))
    return demande


async def itsm(
    systeme: Systeme, genre: str, quand: datetime, *, cle: str | None = None, **donnees: Any
) -> httpx.Response:
    """Envoie un événement signé de l'ITSM."""
    corps = orjson.dumps(
        {"specversion": "1.0", "type": genre, "time": quand.isoformat(), "data": donnees}
    )
    identifiant = cle or f"msg_{uuid4().hex}"
    maintenant = datetime.now(UTC)  # noqa: TID251 -- les signatures vivent à l'heure système
    signature = Webhook(systeme.secret_itsm).sign(identifiant, maintenant, corps.decode())
    return await systeme.client.post(
        systeme.adresses["demandes"] + "/v1/itsm/evenements",
        content=corps,
        headers={
            "content-type": "application/json",
            "webhook-id": identifiant,
            "webhook-timestamp": str(int(maintenant.timestamp())),
            "webhook-signature": signature,
        },
    )


def ok(reponse: httpx.Response, statut: int = 200) -> dict[str, Any]:
    """Le corps d'une réponse attendue; montre le problème sinon."""
    assert reponse.status_code == statut, f"{reponse.request.url} : {reponse.text}"
    corps: dict[str, Any] = reponse.json()
    return corps
