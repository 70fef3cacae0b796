"""Porter un envoi chez un abonné : signature, délais, et adresses permises (DEM-10).

La résolution et la connexion sont la même opération : on se connecte à l'adresse qu'on vient de
vérifier, ou le proxy s'y connecte, si bien qu'un nom qui change entre les deux ne mène nulle part.
Rien ne vient de l'environnement : `HTTP_PROXY` n'y change rien.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import httpcore
from standardwebhooks.webhooks import Webhook as Signataire

from demandes.webhooks.adaptateurs.course import premiere
from demandes.webhooks.adaptateurs.proxy import Proxy
from demandes.webhooks.domaine import PLACES, PORTS_PUBLICS, Adresse, Reseau, nue, permise
from socle.bus.enveloppe import trace_de
from socle.exploitation.traces import appel_sortant, preciser, traceparent
from socle.horloge import horloge_systeme

DELAI = 5.0
"""Secondes, pour un essai entier : résolution, connexion, envoi, réponse."""

ADRESSES_MAX = 8
"""Les adresses d'un nom que l'on essaie, au plus."""

REPONSE_MAX = 4_096
"""Octets lus d'une réponse; le reste ne nous apprendrait rien."""

OISIVE = 15.0
"""Secondes qu'une connexion sans usage se garde : ensuite, le nom se résout et se juge."""

ATTENDRE = frozenset({429, 503})
"""Les réponses dont on lit Retry-After."""

_PANNES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    OSError,
    ValueError,
)


class AdresseInterdite(httpcore.ConnectError):
    """L'adresse d'un abonné n'est ni publique ni permise par réglage."""


@dataclass(frozen=True, slots=True)
class Reponse:
    """Ce qu'a donné un essai : un statut, ou une erreur; `apres`, l'attente demandée."""

    statut: int | None
    erreur: str | None
    apres: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Connecteur:
    """Envoie un événement signé, sans suivre de redirection; en clair, aux seuls réseaux permis."""

    chiffree: httpcore.AsyncConnectionPool
    claire: httpcore.AsyncConnectionPool
    delai: float = DELAI

    async def porter(
        self, url: str, evenement_id: UUID, corps: bytes, secrets: Sequence[str]
    ) -> Reponse:
        """Un essai, toujours sous le même identifiant; ne lève rien de ce que fait l'abonné.

        L'abonné reçoit la trace du fait; il peut nous la rendre, et la nôtre le suit jusqu'à lui.
        """
        with appel_sortant("POST", trace_de(corps)):
            reponse = await self._essayer(url, evenement_id, corps, secrets)
            if reponse.statut is not None:
                preciser("POST", {"http.response.status_code": reponse.statut})
            return reponse

    async def _essayer(
        self, url: str, evenement_id: UUID, corps: bytes, secrets: Sequence[str]
    ) -> Reponse:
        reserve = self.chiffree if url.startswith("https:") else self.claire
        try:
            async with (
                asyncio.timeout(self.delai),
                reserve.stream(
                    "POST", url, headers=signer(evenement_id, corps, secrets), content=corps
                ) as reponse,
            ):
                await _lire_un_peu(reponse)
        except _PANNES as erreur:
            return Reponse(None, _dite(erreur))
        if 200 <= reponse.status < 300:
            return Reponse(reponse.status, None)
        return Reponse(reponse.status, f"L'abonné a répondu {reponse.status}.", _apres(reponse))


@asynccontextmanager
async def connecteur(
    permis: Iterable[Reseau], proxy: Proxy | None = None
) -> AsyncIterator[Connecteur]:
    """Un connecteur dont chaque connexion passe par le filtre d'adresses.

    `proxy` porte ce qui va aux adresses publiques; un réseau permis se joint directement.
    """
    reseaux = tuple(permis)
    # Un nom dont le serveur se tait occupe un fil bien après qu'on a renoncé : assez pour tous.
    noms = ThreadPoolExecutor(2 * PLACES, "noms")
    try:
        async with (
            _reserve(ReseauFiltre(reseaux, noms, proxy=proxy)) as chiffree,
            _reserve(ReseauFiltre(reseaux, noms, publiques=False)) as claire,
        ):
            yield Connecteur(chiffree, claire)
    finally:
        noms.shutdown(wait=False, cancel_futures=True)


def _reserve(reseau: httpcore.AsyncNetworkBackend) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        max_connections=PLACES,
        max_keepalive_connections=16,
        keepalive_expiry=OISIVE,
        network_backend=reseau,
    )


def signer(
    evenement_id: UUID, corps: bytes, secrets: Sequence[str]
) -> dict[bytes | str, bytes | str]:
    """Les en-têtes Standard Webhooks, une signature par clé, à l'heure système; et la trace."""
    instant = horloge_systeme()
    suivie: dict[bytes | str, bytes | str] = {}
    if trace := traceparent():
        suivie["traceparent"] = trace
    signatures = (
        Signataire(secret).sign(str(evenement_id), instant, corps.decode()) for secret in secrets
    )
    return {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "user-agent": "sbg-webhooks/1",
        "webhook-id": str(evenement_id),
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": " ".join(signatures),
        **suivie,
    }


class ReseauFiltre(httpcore.AsyncNetworkBackend):
    """Résout, vérifie chaque adresse, et joint la première qui répond, vérifiée."""

    def __init__(
        self,
        permis: Sequence[Reseau],
        noms: Executor | None = None,
        *,
        publiques: bool = True,
        proxy: Proxy | None = None,
    ) -> None:
        self._permis = permis
        self._noms = noms
        self._publiques = publiques
        self._proxy = proxy
        self._reseau = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- signature de httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Lève `AdresseInterdite` si le nom mène à une seule adresse interdite."""
        adresses = await self._resoudre(host, port)
        publiques = self._publiques and port in PORTS_PUBLICS
        for adresse in adresses:
            if not permise(adresse, self._permis, publiques=publiques):
                raise AdresseInterdite("L'adresse de l'abonné n'est pas permise.")
        joindre = partial(
            self._joindre,
            port=port,
            timeout=timeout,
            local_address=local_address,
            socket_options=socket_options,
        )
        return await premiere(partial(joindre, a) for a in _alternees(adresses)[:ADRESSES_MAX])

    async def _joindre(self, adresse: Adresse, **ou: Any) -> httpcore.AsyncNetworkStream:
        permise_ici = any(nue(adresse) in reseau for reseau in self._permis)
        if self._proxy is None or permise_ici:
            return await self._reseau.connect_tcp(str(adresse), **ou)
        return await self._proxy.joindre(self._reseau, adresse, ou["port"])

    async def _resoudre(self, hote: str, port: int) -> list[Adresse]:
        try:
            trouvees = await self._chercher(hote, port)
        except OSError as erreur:
            raise httpcore.ConnectError("Le nom de l'abonné ne se résout pas.") from erreur
        return [ip_address(adresse[0]) for *_, adresse in trouvees]

    async def _chercher(self, hote: str, port: int) -> list[Any]:
        chercher = partial(socket.getaddrinfo, hote, port, type=socket.SOCK_STREAM)
        return await asyncio.get_running_loop().run_in_executor(self._noms, chercher)


def _alternees(adresses: Sequence[Adresse]) -> list[Adresse]:
    """Une famille après l'autre (RFC 8305) : sans route IPv6, la deuxième adresse répond."""
    rangs: dict[int, int] = {4: 0, 6: 0}
    places = []
    for ordre, adresse in enumerate(adresses):
        places.append((rangs[adresse.version], ordre, adresse))
        rangs[adresse.version] += 1
    return [adresse for *_, adresse in sorted(places, key=lambda place: place[:2])]


async def _lire_un_peu(reponse: httpcore.Response) -> None:
    lus = 0
    async for bloc in reponse.aiter_stream():
        lus += len(bloc)
        if lus > REPONSE_MAX:
            return


def _dite(erreur: Exception) -> str:
    """Ce qu'on garde d'un échec : un texte que la base peut tenir, quoi qu'ait rendu l'abonné."""
    texte = f"{type(erreur).__name__} : {erreur}"
    return "".join(c if c.isprintable() else "�" for c in texte)[:300]


def _apres(reponse: httpcore.Response) -> timedelta:
    """L'attente que demande Retry-After (secondes, ou date HTTP); nulle s'il est illisible."""
    if reponse.status not in ATTENDRE:
        return timedelta()
    en_tetes = {nom.lower(): valeur for nom, valeur in reponse.headers}
    valeur = en_tetes.get(b"retry-after", b"").decode("latin-1").strip()
    if valeur.isascii() and valeur.isdigit():
        return timedelta(seconds=int(valeur[:9]))
    try:
        quand = parsedate_to_datetime(valeur)
    except (ValueError, OverflowError):
        return timedelta()
    # « -0000 », ou une date sans fuseau, se lit en temps universel.
    return max(quand.replace(tzinfo=quand.tzinfo or UTC) - horloge_systeme(), timedelta())
