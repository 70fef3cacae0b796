"""Ce qui doit lever chaque genre d'événement de sécurité, posé sur le système en marche."""

import httpx

from demo.systeme import Systeme
from socle.exploitation.securite import SERIE, Genre

GENRES = frozenset(Genre)


async def poser(systeme: Systeme) -> None:
    """Un geste au moins par genre : refus, faux jetons, série, faux webhook, mandat, export."""
    adresses = systeme.adresses
    async with httpx.AsyncClient(timeout=20.0, trust_env=False) as client:

        async def aller(
            methode: str, service: str, chemin: str, jeton: str, **options: object
        ) -> int:
            porteur = {"Authorization": f"Bearer {jeton}", "Idempotency-Key": f"obs{chemin}"[:200]}
            options.setdefault("headers", porteur)
            reponse = await client.request(methode, adresses[service] + chemin, **options)  # type: ignore[arg-type]
            return reponse.status_code

        alice = systeme.jeton("demandeur", organisme="MTQ", sujet="alice")
        verificateur = systeme.jeton("verificateur", sujet="verificateur")
        await aller("POST", "demandes", "/v1/organismes/MTQ/signataires", alice, json={})
        await aller("GET", "demandes", "/v1/demandes", "faux")
        await aller("GET", "demandes", "/v1/demandes", verificateur)
        for rang in range(SERIE):
            inconnu = f"/v1/demandes/00000000-0000-7000-8000-{rang:012d}"
            await aller("GET", "demandes", inconnu, alice)
        faux = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
        await aller("POST", "demandes", "/v1/itsm/evenements", "", headers=faux, json={})
        await aller("GET", "facturation", "/v1/factures", verificateur)
        tableur = {"Authorization": f"Bearer {verificateur}", "Accept": "text/csv"}
        for service, chemin in (("courtier", "/v1/bord"), ("sla", "/v1/taux")):
            await aller("GET", service, chemin, "", headers=tableur)
