"""Porter un envoi chez un abonné : signature, délais, et adresses permises (DEM-10).

La résolution et la connexion sont la même opération : on se connecte à l'adresse qu'on vient de
vérifier, si bien qu'un nom qui change entre les deux ne mène nulle part.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from uuid import UUID

import httpcore
from standardwebhooks.webhooks import Webhook as Signataire

from socle.horloge import horloge_systeme

Reseau = IPv4Network | IPv6Network
Adresse = IPv4Address | IPv6Address

DELAI = 5.0
"""Secondes, pour un essai entier : résolution, connexion, envoi, réponse."""

REPONSE_MAX = 4_096
"""Octets lus d'une réponse; le reste ne nous apprendrait rien."""

PORTS_PUBLICS = frozenset({443, 8443})
"""Hors des réseaux permis, un abonné n'écoute que là : jamais un autre service de l'hôte."""

# La seule plage IPv6 publique (RFC 4291) : le reste est local, ou transporte une adresse IPv4.
_UNICAST_IPV6 = ip_network("2000::/3")
# Dites globales par `ipaddress`, mais tunnel 6to4, relais, ou métadonnées de fournisseurs.
_DETOURNES = tuple(
    ip_network(prefixe)
    for prefixe in ("2002::/16", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
)
_PANNES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    TimeoutError,
    ValueError,
)


class AdresseInterdite(httpcore.ConnectError):
    """L'adresse d'un abonné n'est ni publique ni permise par réglage."""


@dataclass(frozen=True, slots=True)
class Reponse:
    """Ce qu'a donné un essai : un statut, ou une erreur."""

    statut: int | None
    erreur: str | None


@dataclass(frozen=True, slots=True)
class Connecteur:
    """Envoie un événement signé, sans suivre de redirection; en clair, aux seuls réseaux permis."""

    chiffree: httpcore.AsyncConnectionPool
    claire: httpcore.AsyncConnectionPool
    delai: float = DELAI

    async def porter(
        self, url: str, evenement_id: UUID, corps: bytes, secrets: Sequence[str]
    ) -> Reponse:
        """Un essai, toujours sous le même identifiant; ne lève rien de ce que fait l'abonné."""
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
            return Reponse(None, f"{type(erreur).__name__} : {erreur}"[:300])
        if 200 <= reponse.status < 300:
            return Reponse(reponse.status, None)
        return Reponse(reponse.status, f"L'abonné a répondu {reponse.status}.")


@asynccontextmanager
async def connecteur(permis: Iterable[Reseau]) -> AsyncIterator[Connecteur]:
    """Un connecteur dont chaque connexion passe par le filtre d'adresses."""
    reseaux = tuple(permis)
    async with (
        _reserve(ReseauFiltre(reseaux)) as chiffree,
        _reserve(ReseauFiltre(reseaux, publiques=False)) as claire,
    ):
        yield Connecteur(chiffree, claire)


def _reserve(reseau: httpcore.AsyncNetworkBackend) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        max_connections=64, max_keepalive_connections=16, network_backend=reseau
    )


def signer(
    evenement_id: UUID, corps: bytes, secrets: Sequence[str]
) -> dict[bytes | str, bytes | str]:
    """Les en-têtes Standard Webhooks, une signature par clé, à l'heure système."""
    instant = horloge_systeme()
    signatures = (
        Signataire(secret).sign(str(evenement_id), instant, corps.decode()) for secret in secrets
    )
    return {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "user-agent": "sbg-webhooks/1",
        "webhook-id": str(evenement_id),
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class ReseauFiltre(httpcore.AsyncNetworkBackend):
    """Résout, vérifie chaque adresse, et se connecte à l'adresse vérifiée."""

    def __init__(self, permis: Sequence[Reseau], *, publiques: bool = True) -> None:
        self._permis = permis
        self._publiques = publiques
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
        adresses = await _resoudre(host, port)
        publiques = self._publiques and port in PORTS_PUBLICS
        for adresse in adresses:
            if not permise(adresse, self._permis, publiques=publiques):
                raise AdresseInterdite("L'adresse de l'abonné n'est pas permise.")
        for adresse in adresses[:-1]:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._reseau.connect_tcp(
                    str(adresse), port, timeout, local_address, socket_options
                )
        return await self._reseau.connect_tcp(
            str(adresses[-1]), port, timeout, local_address, socket_options
        )


def permise(adresse: Adresse, permis: Sequence[Reseau], *, publiques: bool = True) -> bool:
    """Vrai pour une adresse d'un réseau permis par réglage, ou publique si elles sont admises."""
    if isinstance(adresse, IPv6Address) and adresse.ipv4_mapped is not None:
        adresse = adresse.ipv4_mapped
    if any(adresse in reseau for reseau in permis):
        return True
    if not publiques or not adresse.is_global or adresse.is_multicast:
        return False
    if adresse.version == 6 and adresse not in _UNICAST_IPV6:
        return False
    return not any(adresse in reseau for reseau in _DETOURNES)


async def _resoudre(hote: str, port: int) -> list[Adresse]:
    try:
        trouvees = await asyncio.get_running_loop().getaddrinfo(hote, port, type=socket.SOCK_STREAM)
    except OSError as erreur:
        raise httpcore.ConnectError("Le nom de l'abonné ne se résout pas.") from erreur
    return [ip_address(adresse[0]) for *_, adresse in trouvees]


async def _lire_un_peu(reponse: httpcore.Response) -> None:
    lus = 0
    async for bloc in reponse.aiter_stream():
        lus += len(bloc)
        if lus > REPONSE_MAX:
            return
