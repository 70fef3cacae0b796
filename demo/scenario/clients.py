"""Les vrais clients du système : un jeton par personne, des POST idempotents, un ITSM qui signe."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx
from standardwebhooks.webhooks import Webhook

ESSAIS = 5
_A_REESSAYER = frozenset({502, 503, 504})
Document = dict[str, Any]


class Systeme(Protocol):
    """Ce que la démonstration demande au système en marche."""

    secret_itsm: str

    @property
    def adresses(self) -> Mapping[str, str]: ...
    @property
    def presentation(self) -> str: ...
    def jeton(self, *roles: str, organisme: str | None = None, sujet: str | None = None) -> str: ...
    async def vider(self) -> None: ...
    async def avancer(self, instant: datetime) -> None: ...
    async def attendre_jalons(self, instant: datetime) -> None: ...
    async def commander(self, nom: str, *mots: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Personne:
    """Qui appelle : un rôle, et un organisme s'il n'est pas du MCN."""

    role: str
    organisme: str | None = None
    sujet: str | None = None


CATALOGUE = Personne("catalogue", sujet="pilote-catalogue")
AGENT = Personne("agent-csc", sujet="agent-csc-1")
COURTIER = Personne("courtier", sujet="courtier-1")
FACTURATION = Personne("facturation", sujet="facturation-1")
ITSM = Personne("itsm", sujet="itsm")
MESURE = Personne("mesure", sujet="mesure-1")


class Refuse(Exception):
    """Le système n'a pas répondu comme le scénario l'exige; le message cite sa réponse."""

    def __init__(self, quoi: str, reponse: httpx.Response) -> None:
        super().__init__(f"{quoi} : {reponse.status_code}, {reponse.text[:600]}")


@dataclass(slots=True)
class Echanges:
    """Ce qui est passé par les portes du système."""

    appels: int = 0
    evenements_itsm: int = 0
    repetitions_itsm: int = 0
    hors_ordre_itsm: int = 0
    """Annoncés après un acte de la même demande survenu plus tard."""
    redits_itsm: int = 0
    """Annoncés de nouveau, sous un autre identifiant."""


@dataclass(slots=True)
class Clients:
    """Les clients d'un système en marche."""

    systeme: Systeme
    http: httpx.AsyncClient
    echanges: Echanges = field(default_factory=Echanges)
    traces: Mapping[str, str] = field(default_factory=dict)
    """Par demande, celle que nos webhooks ont portée à l'ITSM."""
    _jetons: dict[Personne, str] = field(default_factory=dict)

    async def poster(
        self, service: str, chemin: str, corps: object, *, qui: Personne, cle: str
    ) -> Document:
        """Un POST sous une clé d'idempotence; lève `Refuse` s'il ne réussit pas."""
        reponse = await self._appeler(
            "POST",
            service,
            chemin,
            qui,
            content=b"" if corps is None else json.dumps(corps, default=str).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": f"demo-{cle}"},
        )
        document: Document = reponse.json()
        return document

    async def essuyer(
        self, service: str, chemin: str, corps: object, *, qui: Personne, cle: str
    ) -> Document:
        """Le refus (4xx) d'un POST que le scénario veut voir refusé; lève `Refuse` s'il passe."""
        adresse = f"{self.systeme.adresses[service]}/v1/{chemin}"
        self.echanges.appels += 1
        reponse = await self.http.post(
            adresse,
            content=json.dumps(corps, default=str).encode(),
            headers={
                "Authorization": f"Bearer {self._jeton(qui)}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"demo-{cle}",
            },
        )
        if not reponse.is_client_error:
            raise Refuse(f"POST {service}/{chemin} devait être refusé", reponse)
        document: Document = reponse.json()
        return document

    async def lire(self, service: str, chemin: str, *, qui: Personne, **filtres: str) -> Document:
        """Un GET; lève `Refuse` s'il ne réussit pas."""
        document: Document = (
            await self._appeler("GET", service, chemin, qui, params=filtres)
        ).json()
        return document

    async def lire_brut(self, service: str, chemin: str, *, qui: Personne, accept: str) -> bytes:
        """Le corps d'un GET dans le format demandé."""
        entetes = {"Accept": accept}
        return (await self._appeler("GET", service, chemin, qui, headers=entetes)).content

    async def lister(
        self, service: str, chemin: str, *, qui: Personne, **filtres: str
    ) -> list[Document]:
        """Toutes les pages d'une liste."""
        elements: list[Document] = []
        page = {**filtres, "limite": "200"}
        while True:
            document = await self.lire(service, chemin, qui=qui, **page)
            elements += document["elements"]
            if document["suivant"] is None:
                return elements
            page["curseur"] = document["suivant"]

    async def annoncer(
        self,
        genre: str,
        le: datetime,
        donnees: Mapping[str, object],
        *,
        identifiant: str,
        fois: int = 1,
    ) -> None:
        """L'ITSM annonce un fait survenu à `le`; répété, le même événement, la même réponse."""
        corps = json.dumps(
            {
                "specversion": "1.0",
                "type": genre,
                "time": le.astimezone(UTC).isoformat(),
                "data": donnees,
            },
            default=str,
        )
        trace = self.traces.get(str(donnees.get("demande_id")), "")
        reponses = [await self._signer(corps, identifiant, trace) for _ in range(fois)]
        self.echanges.evenements_itsm += 1
        self.echanges.repetitions_itsm += fois - 1
        if len({(r.status_code, r.content) for r in reponses}) != 1:
            raise Refuse(f"ITSM, {identifiant} : répété, il a changé de réponse", reponses[-1])

    async def _signer(self, corps: str, identifiant: str, trace: str) -> httpx.Response:
        """Signe et envoie; la signature vaut pour l'heure du système, pas celle des affaires."""

        def envoyer() -> Awaitable[httpx.Response]:
            maintenant = datetime.now(UTC)  # noqa: TID251 — l'heure d'une signature est la vraie
            signature = Webhook(self.systeme.secret_itsm).sign(identifiant, maintenant, corps)
            return self.http.post(
                f"{self.systeme.adresses['demandes']}/v1/itsm/evenements",
                content=corps.encode(),
                headers={
                    "Content-Type": "application/json",
                    "webhook-id": identifiant,
                    "webhook-timestamp": str(int(maintenant.timestamp())),
                    "webhook-signature": signature,
                    **({"traceparent": trace} if trace else {}),
                },
            )

        return await self._insister(f"ITSM, {identifiant}", envoyer)

    async def _appeler(
        self,
        methode: str,
        service: str,
        chemin: str,
        qui: Personne,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        adresse = f"{self.systeme.adresses[service]}/v1/{chemin}"
        entetes = {"Authorization": f"Bearer {self._jeton(qui)}", **(headers or {})}
        return await self._insister(
            f"{methode} {service}/{chemin}",
            lambda: self.http.request(methode, adresse, headers=entetes, **options),
        )

    async def _insister(
        self, quoi: str, envoyer: Callable[[], Awaitable[httpx.Response]]
    ) -> httpx.Response:
        """Réessaie une panne passagère : sans danger, tout appel porte sa clé."""
        for essai in range(1, ESSAIS + 1):
            self.echanges.appels += 1
            try:
                reponse = await envoyer()
            except httpx.TransportError:
                if essai == ESSAIS:
                    raise
            else:
                if reponse.is_success:
                    return reponse
                if reponse.status_code not in _A_REESSAYER or essai == ESSAIS:
                    raise Refuse(quoi, reponse)
            await asyncio.sleep(0.2 * essai)
        raise AssertionError("le dernier essai rend ou lève")

    def _jeton(self, qui: Personne) -> str:
        if qui not in self._jetons:
            self._jetons[qui] = self.systeme.jeton(
                qui.role, organisme=qui.organisme, sujet=qui.sujet
            )
        return self._jetons[qui]
