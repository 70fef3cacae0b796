"""Joindre un abonné : la course aux adresses, le proxy déclaré, Retry-After (DEM-10)."""

import asyncio
import base64
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import uuid4

import httpcore
import pytest

from demandes.webhooks.adaptateurs import connecteur as module
from demandes.webhooks.adaptateurs.connecteur import (
    ADRESSES_MAX,
    Connecteur,
    ReseauFiltre,
    _alternees,
    connecteur,
)
from demandes.webhooks.adaptateurs.course import DELAI_ADRESSE, premiere
from demandes.webhooks.adaptateurs.proxy import Proxy
from services.demandes.tests.abonne import abonne
from socle.horloge import horloge_systeme

BOUCLE = (ip_network("127.0.0.0/8"),)
SECRET = "whsec_dW5lIGNsZSBkJ2Vzc2Fp"
CORPS = b'{"specversion":"1.0"}'


# --- La course aux adresses (RFC 8305) ------------------------------------------------------------


@dataclass(eq=False)
class Flux(httpcore.AsyncNetworkStream):
    """Une connexion, ouverte ou fermée."""

    ferme: bool = False

    async def aclose(self) -> None:
        self.ferme = True


def essais(
    *delais: float | None, partis: list[int], flux: Sequence[Flux]
) -> Iterator[Callable[[], Coroutine[Any, Any, Flux]]]:
    """Un essai par délai : ce temps avant d'ouvrir; négatif, d'échouer; `None`, le silence."""
    for rang, delai in enumerate(delais):

        async def ouvrir(rang: int = rang, delai: float | None = delai) -> Flux:
            partis.append(rang)
            await asyncio.sleep(3_600 if delai is None else abs(delai))
            if delai is not None and delai < 0:
                raise httpcore.ConnectError(f"échec {rang}")
            return flux[rang]

        yield ouvrir


async def courir(*delais: float | None) -> tuple[int | str, list[int], float, list[Flux]]:
    partis: list[int] = []
    flux = [Flux() for _ in delais]
    debut = time.monotonic()
    try:
        gagne = await premiere(essais(*delais, partis=partis, flux=flux))
        gagnant: int | str = [f is gagne for f in flux].index(True)
    except httpcore.ConnectError as erreur:
        gagnant = str(erreur)
    await asyncio.sleep(0)
    return gagnant, partis, time.monotonic() - debut, flux


async def test_dem_10_une_adresse_muette_laisse_la_suivante_repondre() -> None:
    gagnant, partis, duree, _ = await courir(None, 0.0)
    assert (gagnant, partis) == (1, [0, 1])
    assert DELAI_ADRESSE <= duree < 4 * DELAI_ADRESSE


async def test_dem_10_une_adresse_lente_garde_sa_chance() -> None:
    """Elle n'est pas abandonnée quand la suivante part : la première qui répond l'emporte."""
    gagnant, partis, _, flux = await courir(DELAI_ADRESSE * 1.4, None)
    assert (gagnant, partis) == (0, [0, 1])
    assert not flux[0].ferme


async def test_dem_10_un_echec_fait_partir_la_suivante_aussitot() -> None:
    gagnant, partis, duree, _ = await courir(-0.0001, -0.0001, 0.0)
    assert (gagnant, partis) == (2, [0, 1, 2])
    assert duree < DELAI_ADRESSE


async def test_dem_10_toutes_echouent_le_dernier_echec_se_dit() -> None:
    gagnant, partis, _, _ = await courir(-0.01, -0.01)
    assert (gagnant, partis) == ("échec 1", [0, 1])


async def test_dem_10_rien_ne_reste_ouvert_si_l_on_renonce() -> None:
    partis: list[int] = []
    flux = [Flux(), Flux()]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(DELAI_ADRESSE * 1.5):
            await premiere(essais(None, None, partis=partis, flux=flux))
    assert partis == [0, 1]
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize(
    ("noms", "attendues"),
    [
        (["::1", "::2", "1.1.1.1"], ["::1", "1.1.1.1", "::2"]),
        (["1.1.1.1", "1.1.1.2"], ["1.1.1.1", "1.1.1.2"]),
        ([], []),
    ],
)
def test_les_familles_d_adresses_alternent(noms: list[str], attendues: list[str]) -> None:
    assert [str(a) for a in _alternees([ip_address(nom) for nom in noms])] == attendues


@contextmanager
def muette(adresse: str) -> Iterator[int]:
    """Le port d'une adresse qui ne répond pas, pas même qu'elle refuse : sa file est pleine."""
    with socket.socket() as ecoute, socket.socket() as seule:
        ecoute.bind((adresse, 0))
        ecoute.listen(0)
        seule.connect(ecoute.getsockname())
        yield ecoute.getsockname()[1]


def diriger(porteur: Connecteur, *adresses: str) -> None:
    """Tout nom mène à ces adresses."""

    async def chercher(_: str, port: int) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in adresses]

    for reserve in (porteur.chiffree, porteur.claire):
        filtre: Any = reserve._network_backend
        filtre._chercher = chercher


async def test_dem_10_un_nom_dont_la_premiere_adresse_est_muette_se_joint() -> None:
    """De vraies prises : avant, les cinq secondes passaient toutes sur la première."""
    with muette("127.0.0.2") as port:
        recus = asyncio.Event()

        async def servir(lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
            await lecteur.readuntil(b"\r\n\r\n")
            ecrivain.write(b"HTTP/1.1 204 Bien\r\nconnection: close\r\n\r\n")
            await ecrivain.drain()
            ecrivain.close()
            recus.set()

        serveur = await asyncio.start_server(servir, "127.0.0.3", port)
        async with serveur, connecteur(BOUCLE) as porteur:
            diriger(porteur, "127.0.0.2", "127.0.0.3")
            debut = time.monotonic()
            url = f"http://abonne.example:{port}/"
            reponse = await porteur.porter(url, uuid4(), CORPS, [SECRET])
        assert reponse.statut == 204, reponse
        assert time.monotonic() - debut < 2
        assert recus.is_set()


async def test_dem_10_une_seule_adresse_interdite_les_interdit_toutes() -> None:
    filtre: Any = ReseauFiltre(BOUCLE)
    adresses = [(0, 0, 0, "", (a, 80)) for a in ("127.0.0.1", "10.0.0.1")]

    async def chercher(_: str, __: int) -> list[Any]:
        return adresses

    filtre._chercher = chercher
    with pytest.raises(httpcore.ConnectError, match="pas permise"):
        await filtre.connect_tcp("abonne.example", 80)


async def test_dem_10_un_nom_aux_mille_adresses_n_en_essaie_que_quelques_unes() -> None:
    tentees: list[str] = []

    class Refus(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
            tentees.append(host)
            raise httpcore.ConnectError

    async with connecteur(BOUCLE) as porteur:
        diriger(porteur, *(f"127.0.{n // 250}.{n % 250 + 1}" for n in range(1_000)))
        filtre: Any = porteur.claire._network_backend
        filtre._reseau = Refus()
        reponse = await porteur.porter("http://abonne.example:8080/", uuid4(), CORPS, [SECRET])
    assert reponse.statut is None
    assert len(tentees) == ADRESSES_MAX


# --- Le proxy -------------------------------------------------------------------------------------


@dataclass
class Relayeur:
    """Un proxy : note ce qu'on lui demande, et joint toujours la même cible."""

    vers: int = 0
    statut: str = "200 Ouvert"
    port: int = 0
    demandes: list[str] = field(default_factory=list)

    async def servir(self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        self.demandes.append((await lecteur.readuntil(b"\r\n\r\n")).decode())
        ecrivain.write(f"HTTP/1.1 {self.statut}\r\n\r\n".encode())
        if self.statut.startswith("200"):
            lu, ecrit = await asyncio.open_connection("127.0.0.1", self.vers)
            await asyncio.gather(_verser(lecteur, ecrit), _verser(lu, ecrivain))
        ecrivain.close()


async def _verser(lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
    while octets := await lecteur.read(65_536):
        ecrivain.write(octets)
        await ecrivain.drain()
    ecrivain.close()


@asynccontextmanager
async def proxy(**champs: Any) -> AsyncIterator[Relayeur]:
    relayeur = Relayeur(**champs)
    serveur = await asyncio.start_server(relayeur.servir, "127.0.0.1", 0)
    relayeur.port = serveur.sockets[0].getsockname()[1]
    async with serveur:
        yield relayeur


async def par_le_proxy(relayeur: Relayeur, *adresses: str) -> str | None:
    """Un envoi vers ces adresses, par ce proxy, en clair une fois le tunnel ouvert."""
    declare = Proxy.lire(f"http://agent:m%40t@127.0.0.1:{relayeur.port}")
    filtre: Any = ReseauFiltre((), proxy=declare)

    async def chercher(_: str, port: int) -> list[Any]:
        return [(0, 0, 0, "", (a, port)) for a in adresses]

    filtre._chercher = chercher
    async with httpcore.AsyncConnectionPool(network_backend=filtre) as reserve:
        url = "http://abonne.example:443/recu"
        return (await Connecteur(reserve, reserve).porter(url, uuid4(), CORPS, [SECRET])).erreur


async def test_dem_10_le_proxy_recoit_l_adresse_verifiee_pas_le_nom() -> None:
    async with abonne() as recepteur:
        port = int(recepteur.url.rpartition(":")[2].partition("/")[0])
        async with proxy(vers=port) as relayeur:
            assert await par_le_proxy(relayeur, "93.184.216.34") is None
            assert await par_le_proxy(relayeur, "2606:2800:220:1:248:1893:25c8:1946") is None
    premieres = [demande.split("\r\n")[0] for demande in relayeur.demandes]
    assert premieres == [
        "CONNECT 93.184.216.34:443 HTTP/1.1",
        "CONNECT [2606:2800:220:1:248:1893:25c8:1946]:443 HTTP/1.1",
    ]
    acces = base64.b64encode(b"agent:m@t").decode()
    attendu = f"proxy-authorization: Basic {acces}".lower()
    assert all(attendu in demande.lower() for demande in relayeur.demandes)
    assert len(recepteur.recus) == 2
    assert all("proxy-authorization" not in en_tetes for en_tetes, _ in recepteur.recus)


@pytest.mark.parametrize("adresse", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"])
async def test_dem_10_le_proxy_n_ouvre_pas_ce_que_le_filtre_ferme(adresse: str) -> None:
    async with proxy() as relayeur:
        erreur = await par_le_proxy(relayeur, "93.184.216.34", adresse)
    assert erreur is not None
    assert "pas permise" in erreur
    assert relayeur.demandes == []


async def test_dem_10_un_proxy_qui_refuse_se_dit() -> None:
    async with proxy(statut="407 Qui ?") as relayeur:
        erreur = await par_le_proxy(relayeur, "93.184.216.34")
    assert erreur == "ConnectError : Le proxy a répondu 407."


async def test_dem_10_un_reseau_permis_se_joint_sans_proxy() -> None:
    async with proxy() as relayeur, abonne() as recepteur:
        declare = Proxy.lire(f"http://127.0.0.1:{relayeur.port}")
        async with connecteur(BOUCLE, declare) as porteur:
            reponse = await porteur.porter(recepteur.url, uuid4(), CORPS, [SECRET])
    assert (reponse.statut, relayeur.demandes) == (204, [])


async def test_dem_10_le_proxy_de_l_environnement_est_ignore(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with proxy() as relayeur, abonne() as recepteur:
        for nom in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(nom, f"http://127.0.0.1:{relayeur.port}")
        async with connecteur(BOUCLE) as porteur:
            reponse = await porteur.porter(recepteur.url, uuid4(), CORPS, [SECRET])
    assert (reponse.statut, relayeur.demandes) == (204, [])


@pytest.mark.parametrize(
    "url", ["", "proxy:3128", "https://proxy:3128", "http://proxy", "http://proxy:3128/x"]
)
def test_un_proxy_mal_ecrit_se_refuse(url: str) -> None:
    with pytest.raises(ValueError, match="SBG_WEBHOOKS_PROXY"):
        Proxy.lire(url)


# --- Retry-After ----------------------------------------------------------------------------------


async def attente(statut: int, valeur: bytes | None) -> timedelta:
    en_tete = b"" if valeur is None else b"retry-after: " + valeur + b"\r\n"
    rendue = f"{statut} Non".encode() + b"\r\n" + en_tete
    async with abonne(reponses=[rendue]) as recepteur, connecteur(BOUCLE) as porteur:
        reponse = await porteur.porter(recepteur.url, uuid4(), CORPS, [SECRET])
    assert reponse.statut == statut
    return reponse.apres


async def test_dem_10_retry_after_se_lit_en_secondes_ou_en_date() -> None:
    assert await attente(429, b"120") == timedelta(minutes=2)
    assert await attente(503, b" 120 ") == timedelta(minutes=2)
    dans_une_heure = format_datetime(horloge_systeme() + timedelta(hours=1), usegmt=True).encode()
    lue = await attente(503, dans_une_heure)
    assert timedelta(minutes=59) < lue <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("statut", "valeur"),
    [
        (500, b"120"),
        (200, b"120"),
        (429, None),
        (429, b""),
        (429, b"-5"),
        (429, b"1.5"),
        (429, "１２".encode()),
        (429, b"bientot"),
        (429, b"Thu, 01 Jan 1970 00:00:00 GMT"),
        (429, b"Thu, 99 Jan 2099 99:99:99 GMT"),
        (429, b"Thu, 01 Jan 2099 00:00:00 +999999999999"),
    ],
)
async def test_dem_10_un_retry_after_illisible_passe_ou_d_ailleurs_n_attend_rien(
    statut: int, valeur: bytes | None
) -> None:
    assert await attente(statut, valeur) == timedelta()


async def test_dem_10_un_retry_after_demesure_reste_un_temps() -> None:
    assert await attente(429, b"9" * 4_000) == timedelta(seconds=999_999_999)
    assert await attente(429, b"Fri, 31 Dec 9999 23:59:59 GMT") > timedelta(days=365)


def test_ce_qu_on_garde_d_un_echec_tient_dans_la_base() -> None:
    dite = module._dite(ValueError("a\0b\ud800c\n" + "d" * 1_000))
    assert dite.startswith("ValueError : a�b�c�ddd")
    assert len(dite) == 300
