"""Les ports de gestion : ce que le port public tait, et cent sondes qui ne gênent personne."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from statistics import median

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from outils.moteurs import port_libre
from socle.exploitation.partage import Partage
from socle.reglages import ReglagesHttp


class Compteur:
    """Une lecture lente, qui compte ses tours."""

    def __init__(self, duree: float = 0.02) -> None:
        self.duree = duree
        self.tours, self.occupe = 0, False

    async def __call__(self) -> int:
        assert not self.occupe, "deux lectures à la fois"
        self.occupe, self.tours = True, self.tours + 1
        tour = self.tours
        await asyncio.sleep(self.duree)
        self.occupe = False
        return tour


async def test_soixante_quatre_demandeurs_partagent_une_lecture() -> None:
    compteur = Compteur()
    lire = Partage(compteur)
    assert set(await asyncio.gather(*(lire() for _ in range(64)))) == {1}


async def test_nul_ne_recoit_une_valeur_lue_avant_sa_demande() -> None:
    """Qui attend qu'une boîte d'envoi se vide ne doit pas lire un zéro d'avant son acte."""
    compteur = Compteur()
    lire = Partage(compteur)
    premiere = asyncio.create_task(lire())
    await asyncio.sleep(0.01)
    assert compteur.tours == 1, "la première lecture est en cours"
    assert list(await asyncio.gather(premiere, lire(), lire())) == [1, 2, 2]
    assert await lire() == 3


async def test_les_lectures_s_espacent() -> None:
    compteur = Compteur(0.0)
    lire = Partage(compteur)
    for demandeurs in (1, 20):
        await asyncio.gather(*(lire() for _ in range(demandeurs)))
        debut = time.monotonic()
        await lire()
        assert time.monotonic() - debut > 0.04 + demandeurs / 100
    assert compteur.tours == 4


async def test_un_demandeur_qui_part_n_emporte_pas_les_autres() -> None:
    lire = Partage(Compteur())
    parti, reste = asyncio.create_task(lire()), asyncio.create_task(lire())
    await asyncio.sleep(0)
    parti.cancel()
    assert await reste == 1


async def test_une_lecture_qui_echoue_le_dit_a_chacun_puis_reprend() -> None:
    pannes = [OSError("base"), None]

    async def lire_ou_echouer() -> str:
        if panne := pannes.pop(0):
            raise panne
        return "lu"

    lire = Partage(lire_ou_echouer)
    echecs = await asyncio.gather(lire(), lire(), return_exceptions=True)
    assert [type(echec) for echec in echecs] == [OSError, OSError]
    assert await lire() == "lu"


@contextlib.asynccontextmanager
async def tout(b: Banc, roles: frozenset[str], port: int) -> AsyncIterator[httpx.AsyncClient]:
    """Les rôles du témoin servis ensemble, l'API à ce port."""
    b.roles.reglages.http = ReglagesHttp(port=port)
    marche = asyncio.create_task(b.roles.tourner(roles))
    limites = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=10, trust_env=False, limits=limites) as client:
        while not marche.done():
            with contextlib.suppress(httpx.TransportError):
                await client.get(f"http://127.0.0.1:{port + 300}/sante/vivacite")
                await client.get(f"http://127.0.0.1:{port}/sante/vivacite")
                break
            await asyncio.sleep(0.05)
        try:
            yield client
        finally:
            b.roles.arret.demander()
            await marche


@pytest.mark.integration
async def test_les_mesures_et_la_disponibilite_quittent_le_port_public(banc: MonterBanc) -> None:
    b, port = await banc(service()), port_libre()
    async with tout(b, frozenset({"api"}), port) as client:
        public, gestion = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 300}"
        for chemin in ("/metrics", "/sante/disponibilite"):
            assert (await client.get(public + chemin)).status_code == 404
            assert (await client.get(gestion + chemin)).status_code == 200
        for racine in (public, gestion):
            assert (await client.get(f"{racine}/sante/vivacite")).status_code == 200
        assert (await client.get(f"{gestion}/v1/comptes")).status_code == 404
        assert (await client.get(f"{gestion}/docs")).status_code == 404


@pytest.mark.integration
async def test_soixante_quatre_moissonneurs_ne_ralentissent_personne(banc: MonterBanc) -> None:
    b, port = await banc(service()), port_libre()
    jeton = b.emetteur.jeton(["demandeur"], organisme="MTQ")
    async with tout(b, frozenset({"api"}), port) as client:

        async def durees(nombre: int) -> float:
            """La médiane des durées d'une lecture de l'API."""
            vues = []
            for _ in range(nombre):
                debut = time.perf_counter()
                adresse = f"http://127.0.0.1:{port}/v1/comptes"
                lue = await client.get(adresse, headers={"Authorization": f"Bearer {jeton}"})
                assert lue.status_code == 200
                vues.append(time.perf_counter() - debut)
            return median(vues)

        async def moissonner() -> None:
            lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", port + 300)
            with contextlib.closing(ecrivain):
                while not fini.is_set():
                    ecrivain.write(b"GET /metrics HTTP/1.1\r\nHost: essai\r\n\r\n")
                    en_tetes = await lecteur.readuntil(b"\r\n\r\n")
                    longueur = en_tetes.partition(b"content-length: ")[2].partition(b"\r")[0]
                    await lecteur.readexactly(int(longueur))

        fini = asyncio.Event()
        seule = await durees(100)
        async with asyncio.TaskGroup() as moissons:
            for _ in range(64):
                moissons.create_task(moissonner())
            await asyncio.sleep(1)
            ensemble = await durees(100)
            fini.set()
    # Les clients partagent notre boucle : la médiane n'y échappe pas tout à fait.
    assert ensemble < 3 * seule + 0.02, (seule, ensemble)
