"""Les moteurs démarrent, s'arrêtent, et ne survivent jamais à qui les a démarrés."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from outils.moteurs import BusEmbarque, MoteurIndisponible, ServeurPostgres, kafka_reel
from outils.moteurs.ensemble import Moteurs, bus_demande, presentation
from outils.moteurs.postgres import version_de

RACINE = Path(__file__).parents[2]
TENIR = """
import time
from outils.moteurs import BusEmbarque, ServeurPostgres
with ServeurPostgres() as pg, BusEmbarque() as bus:
    print(pg.port, bus.bootstrap.rpartition(":")[2], pg.dossier, flush=True)
    time.sleep(60)
"""
pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def postgres() -> Iterator[ServeurPostgres]:
    with ServeurPostgres() as serveur:
        yield serveur


async def valeur(dsn: str, requete: str) -> object:
    connexion = await asyncpg.connect(dsn)
    try:
        return await connexion.fetchval(requete)
    finally:
        await connexion.close()


def ecoute(port: int) -> bool:
    async def essayer() -> bool:
        try:
            _, ecrivain = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        ecrivain.close()
        await ecrivain.wait_closed()
        return True

    return asyncio.run(essayer())


def attendre(condition: Callable[[], bool], delai_s: float = 10.0) -> bool:
    echeance = time.monotonic() + delai_s
    while not condition() and time.monotonic() < echeance:
        time.sleep(0.05)
    return condition()


async def test_postgres_18_ecoute_en_scram_sur_la_boucle_locale(postgres: ServeurPostgres) -> None:
    assert str(await valeur(postgres.dsn, "SHOW server_version")).startswith("18.")
    assert await valeur(postgres.dsn, "SHOW listen_addresses") == "127.0.0.1"
    assert await valeur(postgres.dsn, "SHOW unix_socket_directories") == ""
    methodes = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert await valeur(postgres.dsn, methodes) == "scram-sha-256"
    assert version_de(postgres.dsn).startswith("18.")


async def test_un_mauvais_mot_de_passe_est_refuse(postgres: ServeurPostgres) -> None:
    faux = postgres.dsn.replace(postgres.mot_de_passe, "autre")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(faux)
    with pytest.raises(MoteurIndisponible, match="ne répond pas"):
        version_de(faux)


def test_une_panne_de_postgres_garde_ce_qui_etait_valide() -> None:
    with ServeurPostgres() as serveur:
        asyncio.run(valeur(serveur.dsn, "CREATE TABLE gardee AS SELECT 7 AS x"))
        dsn = serveur.dsn
        serveur.arreter("immediat")
        assert not ecoute(serveur.port)
        serveur.demarrer()
        assert serveur.dsn == dsn
        assert asyncio.run(valeur(dsn, "SELECT x FROM gardee")) == 7


def test_un_port_pris_est_un_message_et_ne_laisse_rien(postgres: ServeurPostgres) -> None:
    second = ServeurPostgres(port=postgres.port)
    with pytest.raises(MoteurIndisponible, match="ne démarre pas"):
        second.demarrer()
    with pytest.raises(MoteurIndisponible, match="n'a pas démarré"):
        _ = second.dossier


async def test_le_bus_embarque_parle_kafka() -> None:
    with BusEmbarque() as bus:
        producteur = AIOKafkaProducer(bootstrap_servers=bus.bootstrap, enable_idempotence=True)
        await producteur.start()
        await producteur.send_and_wait("sbg.essai.v1", b"fait", key=b"k")
        await producteur.stop()
        lecteur = AIOKafkaConsumer(
            "sbg.essai.v1", bootstrap_servers=bus.bootstrap, auto_offset_reset="earliest"
        )
        await lecteur.start()
        recu = await asyncio.wait_for(lecteur.getone(), 15)
        await lecteur.stop()
    assert (recu.key, recu.value) == (b"k", b"fait")


@pytest.mark.parametrize("coup", [signal.SIGKILL, signal.SIGTERM])
def test_aucun_moteur_ne_survit_a_la_mort_du_parent(coup: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TENIR], cwd=RACINE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        port_pg, port_bus, dossier = parent.stdout.readline().split()
        assert ecoute(int(port_pg))
        assert ecoute(int(port_bus))
        os.kill(parent.pid, coup)
        parent.wait()
    assert attendre(lambda: not ecoute(int(port_pg)))
    assert attendre(lambda: not ecoute(int(port_bus)))
    assert attendre(lambda: not Path(dossier).exists())


def test_un_bus_inconnu_est_un_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBG_MOTEUR_BUS", "rabbit")
    with pytest.raises(MoteurIndisponible, match="embarque"):
        bus_demande()


def test_la_presentation_nomme_bus_et_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SBG_POSTGRES_DSN", raising=False)
    monkeypatch.delenv("SBG_KAFKA_BOOTSTRAP", raising=False)
    assert presentation("embarque").startswith("Bus : embarqué")
    assert f"Apache Kafka {kafka_reel.version_voulue()}" in presentation("kafka")
    assert "base : PostgreSQL 18." in presentation("kafka")


def test_un_bus_lointain_n_est_jamais_vide() -> None:
    with pytest.raises(MoteurIndisponible, match="pas un bus local"):
        kafka_reel.vider("kafka.exemple:9092")


@pytest.mark.reel
async def test_le_vrai_kafka_refuse_un_sujet_jamais_cree() -> None:
    with kafka_reel.kafka() as bootstrap:
        producteur = AIOKafkaProducer(bootstrap_servers=bootstrap)
        await producteur.start()
        try:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(producteur.send("sbg.jamais-cree.v1", b"x"), 3)
        finally:
            await producteur.stop()


def test_qui_demande_les_moteurs_passe_par_le_bus(
    request: pytest.FixtureRequest, les_moteurs: Moteurs
) -> None:
    assert les_moteurs.bootstrap
    assert request.node.get_closest_marker("bus")


def test_qui_ne_les_demande_pas_ne_se_rejoue_pas_sur_kafka(
    request: pytest.FixtureRequest,
) -> None:
    assert not request.node.get_closest_marker("bus")
