"""Le proxy sortant déclaré : il reçoit une adresse déjà vérifiée, jamais un nom à résoudre."""

import base64
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import httpcore

from demandes.webhooks.domaine import Adresse


@dataclass(frozen=True, slots=True)
class Proxy:
    """Un proxy HTTP qui ouvre des tunnels (CONNECT); `acces` est son en-tête d'identification."""

    hote: str
    port: int
    acces: str | None = None

    @classmethod
    def lire(cls, url: str) -> "Proxy":
        """D'une adresse `http://[nom:mot@]hôte:port`; lève `ValueError` autrement."""
        parties = urlsplit(url)
        reste = parties.path.strip("/") or parties.query or parties.fragment
        if parties.scheme != "http" or not parties.hostname or not parties.port or reste:
            raise ValueError("SBG_WEBHOOKS_PROXY s'écrit http://hôte:port.")
        acces = None
        if parties.username is not None:
            nom, mot = unquote(parties.username), unquote(parties.password or "")
            acces = "Basic " + base64.b64encode(f"{nom}:{mot}".encode()).decode()
        return cls(parties.hostname, parties.port, acces)

    async def joindre(
        self, reseau: httpcore.AsyncNetworkBackend, adresse: Adresse, port: int
    ) -> httpcore.AsyncNetworkStream:
        """Un tunnel vers cette adresse; lève `ConnectError` si le proxy ne l'ouvre pas."""
        flux = await reseau.connect_tcp(self.hote, self.port)
        try:
            return await self._demander(flux, adresse, port)
        except BaseException:
            await flux.aclose()
            raise

    async def _demander(
        self, flux: httpcore.AsyncNetworkStream, adresse: Adresse, port: int
    ) -> httpcore.AsyncNetworkStream:
        cible = f"[{adresse}]:{port}" if adresse.version == 6 else f"{adresse}:{port}"
        url = httpcore.URL(scheme="http", host=self.hote, port=self.port, target=cible)
        en_tetes = [("host", cible)]
        if self.acces is not None:
            en_tetes.append(("proxy-authorization", self.acces))
        connexion = httpcore.AsyncHTTP11Connection(url.origin, flux)
        reponse = await connexion.handle_async_request(
            httpcore.Request("CONNECT", url, headers=en_tetes)
        )
        if not 200 <= reponse.status < 300:
            raise httpcore.ConnectError(f"Le proxy a répondu {reponse.status}.")
        tunnel: httpcore.AsyncNetworkStream = reponse.extensions["network_stream"]
        return tunnel
