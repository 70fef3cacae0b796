"""Le serveur sur un vrai port : ce qu'une connexion peut prendre, et combien de temps."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.journal import journal_lu
from outils.essais.temoin.service import service
from socle.reglages import Bornes

pytestmark = pytest.mark.integration
COURTES = Bornes(delai_en_tetes=0.3, delai_corps=0.3, delai_reponse=0.3, delai_oisif=0.3)
VIVANT = b"GET /sante/vivacite HTTP/1.1\r\nHost: essai\r\n\r\n"
Prise = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def b(banc: MonterBanc) -> Banc:
    return await banc(service())


@asynccontextmanager
async def prise(port: int) -> AsyncIterator[Prise]:
    lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield lecteur, ecrivain
    finally:
        ecrivain.close()


async def reponse(lecteur: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """La prochaine réponse : son statut, ses en-têtes, son corps."""
    async with asyncio.timeout(5):
        lignes = (await lecteur.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        paires = [ligne.partition(": ") for ligne in lignes[1:] if ligne]
        en_tetes = {nom.lower(): valeur for nom, _, valeur in paires}
        corps = await lecteur.readexactly(int(en_tetes.get("content-length", "0")))
        return int(lignes[0].split()[1]), en_tetes, corps


async def est_coupee(lecteur: asyncio.StreamReader) -> bool:
    """Vrai si le serveur ferme, dans les 5 secondes."""
    try:
        async with asyncio.timeout(5):
            return await lecteur.read() == b""
    except ConnectionError:
        return True


async def verser(ecrivain: asyncio.StreamWriter, morceau: bytes, fois: int) -> int:
    """Verse un même morceau; rend combien de fois le serveur l'a laissé faire."""
    for rang in range(fois):
        try:
            ecrivain.write(morceau)
            await ecrivain.drain()
        except ConnectionError:
            return rang
    return fois


@pytest.mark.parametrize(
    "en_tetes",
    [
        b"X: " + b"a" * 40_000 + b"\r\n",
        b"".join(b"X-%d: a\r\n" % n for n in range(101)),
        b"".join(b"X-%d: %s\r\n" % (n, b"a" * 4_000) for n in range(20)),
    ],
    ids=["un seul", "leur nombre", "leur somme"],
)
async def test_des_en_tetes_trop_gros(b: Banc, en_tetes: bytes) -> None:
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(VIVANT[:-2] + en_tetes + b"\r\n")
        statut, tetes, corps = await reponse(lecteur)
        assert (statut, tetes["content-type"]) == (431, "application/problem+json")
        assert orjson.loads(corps)["title"] == "En-têtes trop gros"
        assert (tetes["cache-control"], tetes["connection"]) == ("no-store", "close")
        assert await est_coupee(lecteur)


async def test_une_adresse_trop_longue(b: Banc) -> None:
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n")
        assert (await reponse(lecteur))[0] == 431


@pytest.mark.parametrize(
    "debut",
    [
        VIVANT[:-2] + b"X: ",
        b"GET /",
        b"POST /v1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
        b"POST /v1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
    ids=["en-tête", "adresse", "fin de corps", "extension de morceau"],
)
async def test_ce_qui_ne_finit_pas_ne_s_accumule_pas(b: Banc, debut: bytes) -> None:
    """Une connexion tenait 60 Mo d'en-têtes inachevés."""
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(debut)
        assert await verser(ecrivain, b"a" * 64_000, 1_000) < 1_000
        assert await est_coupee(lecteur) or ecrivain.is_closing()


async def test_ce_qui_n_est_pas_du_http_recoit_un_probleme(b: Banc) -> None:
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
        statut, tetes, corps = await reponse(lecteur)
        assert (statut, tetes["content-type"]) == (400, "application/problem+json")
        assert orjson.loads(corps)["title"] == "Requête invalide"


@pytest.mark.parametrize(
    ("debut", "goutte", "statut"),
    [
        (b"", b"", 0),
        (b"", b"\r\n", 0),
        (b"GET / HTTP/1.1\r\n", b"X: a\r\n", 408),
        (b"POST /v1/comptes/a/augmentation HTTP/1.1\r\nContent-Length: 90\r\n\r\n", b" ", 408),
    ],
    ids=["rien", "des lignes vides", "des en-têtes", "un corps"],
)
async def test_une_requete_au_compte_gouttes_est_coupee(
    b: Banc, debut: bytes, goutte: bytes, statut: int
) -> None:
    async with b.servi(COURTES) as port, prise(port) as (lecteur, ecrivain):
        debute = time.monotonic()
        ecrivain.write(debut)
        goutter = asyncio.create_task(_goutter(ecrivain, goutte))
        if statut:
            assert (await reponse(lecteur))[0] == statut
        assert await est_coupee(lecteur)
        assert 0.2 < time.monotonic() - debute < 3
        goutter.cancel()


async def _goutter(ecrivain: asyncio.StreamWriter, goutte: bytes) -> None:
    while not ecrivain.is_closing():
        ecrivain.write(goutte)
        await asyncio.sleep(0.05)


async def test_la_deuxieme_requete_d_une_connexion_est_bornee_comme_la_premiere(b: Banc) -> None:
    async with b.servi(COURTES) as port, prise(port) as (lecteur, ecrivain):
        for _ in range(3):
            ecrivain.write(VIVANT)
            assert (await reponse(lecteur))[0] == 200
            await asyncio.sleep(0.2)
        ecrivain.write(b"\r\n")
        assert await est_coupee(lecteur)


async def test_une_reponse_lente_n_est_pas_une_requete_lente(b: Banc) -> None:
    """Rien ne coupe l'appelant qui attend qu'on lui réponde."""
    async with b.servi(COURTES) as port, prise(port) as (lecteur, ecrivain):
        async with b.interne() as cx:
            await cx.pilote.execute("LOCK TABLE comptes")
            ecrivain.write(_augmenter(b, b'{"de":1}'))
            await asyncio.sleep(1)
        assert (await reponse(lecteur))[0] == 200


def _augmenter(b: Banc, corps: bytes, en_tete: str = "") -> bytes:
    jeton = b.emetteur.jeton(["demandeur"], organisme="MTQ")
    lignes = [
        "POST /v1/comptes/a/augmentation HTTP/1.1",
        "Host: essai",
        "Content-Type: application/json",
        en_tete or f"Content-Length: {len(corps)}",
        f"Authorization: Bearer {jeton}",
        "Idempotency-Key: une",
    ]
    return "\r\n".join(lignes).encode() + b"\r\n\r\n" + corps


MORCEAUX = "Transfer-Encoding: chunked"


async def test_un_corps_en_morceaux_trop_gros_est_un_413(b: Banc) -> None:
    """Sans longueur annoncée, la limite se compte; la connexion reste bonne pour la suite."""
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(_augmenter(b, b"", MORCEAUX))
        await verser(ecrivain, b"fa00\r\n" + b" " * 64_000 + b"\r\n", 20)
        ecrivain.write(b"0\r\n\r\n")
        statut, tetes, corps = await reponse(lecteur)
        assert (statut, orjson.loads(corps)["title"]) == (413, "Corps trop gros")
        assert tetes["cache-control"] == "no-store"
        ecrivain.write(VIVANT)
        assert (await reponse(lecteur))[0] == 200
    assert await b.sortants() == []


@pytest.mark.parametrize("en_tete", [MORCEAUX, "Content-Length: 2000000000"])
async def test_un_corps_refuse_n_est_pas_lu_sans_fin(b: Banc, en_tete: str) -> None:
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(_augmenter(b, b"", en_tete))
        versees = await verser(ecrivain, b"fa00\r\n" + b" " * 64_000 + b"\r\n", 1_000)
        assert versees < 300, "64 Mo versés dans un corps refusé"
        assert await est_coupee(lecteur) or ecrivain.is_closing()


async def test_un_corps_en_morceaux_ordinaire(b: Banc) -> None:
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(_augmenter(b, b"", MORCEAUX) + b'4\r\n{"de\r\n4\r\n":3}\r\n0\r\n\r\n')
        statut, _, corps = await reponse(lecteur)
        assert (statut, orjson.loads(corps)["valeur"]) == (200, 3)


COUPS = {
    "un morceau mal formé": (MORCEAUX, b"zz\r\n", 400),
    "un corps qui traîne": ("Content-Length: 9", b'{"de"', 408),
    "un appelant qui raccroche": ("Content-Length: 9", b'{"de"', 0),
    "un morceau inachevé, puis rien": (MORCEAUX, b'4\r\n{"d', 0),
}


@pytest.mark.parametrize(("en_tete", "corps", "statut"), COUPS.values(), ids=list(COUPS))
@pytest.mark.parametrize("jeton", [True, False], ids=["authentifié", "anonyme"])
async def test_un_corps_coupe_n_est_pas_une_erreur_du_service(
    b: Banc, en_tete: str, corps: bytes, statut: int, jeton: bool
) -> None:
    """Sans quoi n'importe qui remplirait le journal d'erreurs et les mesures de 500."""
    requete = _augmenter(b, corps, en_tete)
    if not jeton:
        requete = re.sub(rb"Authorization: [^\r]+\r\n", b"", requete)
    with journal_lu() as lignes:
        async with b.servi(COURTES) as port, prise(port) as (lecteur, ecrivain):
            ecrivain.write(requete)
            if statut:
                assert (await reponse(lecteur))[0] == statut
                assert await est_coupee(lecteur)
            else:
                await asyncio.sleep(0.1)
                ecrivain.close()
            await asyncio.sleep(0.1)
    assert [(li["log_level"], li["statut"]) for li in lignes] == [("info", 499)], lignes
    mesures = (await b.gerer("/metrics")).text
    assert 'statut="499"' in mesures
    assert 'statut="5' not in mesures
    assert await b.sortants() == []


async def test_des_requetes_envoyees_ensemble_ont_chacune_leur_reponse(b: Banc) -> None:
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(VIVANT * 5 + _augmenter(b, b'{"de":1}') + VIVANT[:20])
        assert [(await reponse(lecteur))[0] for _ in range(6)] == [200] * 6
        ecrivain.write(VIVANT[20:])
        assert (await reponse(lecteur))[0] == 200


OFFRE = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"


@pytest.mark.parametrize("pas", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("en_tete", "corps"),
    [
        ("Content-Length: 8", b'{"de":3}'),
        (MORCEAUX, b'4\r\n{"de\r\n4\r\n":3}\r\n0\r\n\r\n'),
    ],
    ids=["longueur", "morceaux"],
)
async def test_une_offre_de_h2c_ne_perd_pas_le_corps(
    b: Banc, pas: int, en_tete: str, corps: bytes
) -> None:
    """Le client HTTP de Java la fait à chaque requête en clair; sa suite est servie aussi."""
    octets = _augmenter(b, b"", OFFRE + en_tete) + corps + VIVANT[:-2] + OFFRE.encode() + b"\r\n"
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        for debut in range(0, len(octets), pas):
            ecrivain.write(octets[debut : debut + pas])
            await asyncio.sleep(0)
        statut, _, rendu = await reponse(lecteur)
        assert (statut, orjson.loads(rendu)["valeur"]) == (200, 3)
        assert (await reponse(lecteur))[0] == 200
        ecrivain.write(VIVANT)
        assert (await reponse(lecteur))[0] == 200


@pytest.mark.parametrize(
    ("requete", "statut"),
    [
        (b"CONNECT ailleurs:443 HTTP/1.1\r\nHost: ailleurs\r\n\r\n", 400),
        (VIVANT[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
    ],
)
async def test_on_ne_change_pas_de_protocole(b: Banc, requete: bytes, statut: int) -> None:
    async with b.servi() as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(requete)
        assert (await reponse(lecteur))[0] == statut


async def test_qui_lit_lentement_sa_reponse_la_recoit(b: Banc) -> None:
    document = b"GET /openapi.json HTTP/1.1\r\nHost: essai\r\n\r\n"
    async with b.servi(Bornes(delai_reponse=3)) as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(document * 500)
        for rang in range(500):
            assert (await reponse(lecteur))[0] == 200
            await asyncio.sleep(0.02 if rang < 200 else 0)


async def test_qui_ne_lit_pas_sa_reponse_est_coupe(b: Banc) -> None:
    document = b"GET /openapi.json HTTP/1.1\r\nHost: essai\r\n\r\n"
    async with b.servi(COURTES) as port, prise(port) as (_, ecrivain):
        ecrivain.transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(20):
            while await verser(ecrivain, document, 200) == 200:  # noqa: ASYNC110 -- on sonde
                await asyncio.sleep(0.1)


async def test_une_connexion_oisive_cede_sa_place(b: Banc) -> None:
    """Au plafond, qui ne demande rien s'en va; qui demande est servi."""
    async with b.servi(Bornes(connexions=3)) as port:
        oisives = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        async with prise(port) as (lecteur, ecrivain):
            ecrivain.write(VIVANT)
            assert (await reponse(lecteur))[0] == 200
        coupees = await asyncio.gather(*(_est_deja_coupee(lecteur) for lecteur, _ in oisives))
        assert sum(coupees) >= 17
        for _, ecrivain in oisives:
            ecrivain.close()


async def _est_deja_coupee(lecteur: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.5):
            return await lecteur.read() == b""
    except TimeoutError:
        return False


async def test_au_plafond_de_requetes_en_cours_une_de_plus_est_refusee(b: Banc) -> None:
    async with b.servi(Bornes(connexions=1)) as port, prise(port) as (lecteur, ecrivain):
        async with b.interne() as cx:
            await cx.pilote.execute("LOCK TABLE comptes")
            ecrivain.write(_augmenter(b, b'{"de":1}'))
            await asyncio.sleep(0.3)
            async with prise(port) as (autre, _):
                assert (await reponse(autre))[0] == 503
        assert (await reponse(lecteur))[0] == 200


async def test_c_est_le_mandataire_qui_ferme_une_connexion_oisive(b: Banc) -> None:
    """Sinon il écrit parfois sur ce que nous fermons : 502, et un POST qu'il ne répète pas."""
    assert Bornes().delai_oisif > 60
    patientes = Bornes(delai_en_tetes=0.3, delai_oisif=30)
    async with b.servi(patientes) as port, prise(port) as (lecteur, ecrivain):
        for _ in range(2):
            ecrivain.write(VIVANT)
            assert (await reponse(lecteur))[0] == 200
            await asyncio.sleep(0.8)
    async with b.servi(Bornes(delai_oisif=0.3)) as port, prise(port) as (lecteur, ecrivain):
        ecrivain.write(VIVANT)
        assert (await reponse(lecteur))[0] == 200
        assert await est_coupee(lecteur)
