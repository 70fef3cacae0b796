"""Vrai Apache Kafka 4 (KRaft), un nœud, sans Docker : ses artefacts Maven et un Java 17.

Tout ce qui est téléchargé ou écrit est sous `.cache/kafka/`, hors de git.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

import psutil
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from outils.moteurs.processus import (
    MoteurIndisponible,
    Serveur,
    eteindre,
    fin_du_journal,
    port_libre,
    retrouver,
)

VARIABLE_BOOTSTRAP = "SBG_KAFKA_BOOTSTRAP"
VARIABLE_PORT = "SBG_KAFKA_PORT"
PORT_HABITUEL = 9092
RACINE = Path(__file__).parents[2]
RECETTE = RACINE / "deploy" / "kafka"
CACHE = RACINE / ".cache" / "kafka"
ETAT = CACHE / "etat.json"
NOEUD = CACHE / "noeud"
DELAI_DEMARRAGE_S = 90.0
PORTS = range(1_024, 65_536)
PREFIXE = "sbg."


@dataclass(frozen=True)
class Etat:
    """Le Kafka que `make kafka` a laissé en marche."""

    port: int

    @property
    def bootstrap(self) -> str:
        """Son adresse."""
        return f"127.0.0.1:{self.port}"


def version_voulue() -> str:
    """La version d'Apache Kafka que nomme deploy/kafka/pom.xml."""
    lue = re.search(r"<kafka\.version>([^<]+)<", (RECETTE / "pom.xml").read_text(encoding="utf-8"))
    return lue.group(1) if lue else "?"


def bootstrap_externe() -> str | None:
    """L'adresse d'un Kafka déjà là (`SBG_KAFKA_BOOTSTRAP`), s'il y en a une."""
    return os.environ.get(VARIABLE_BOOTSTRAP) or None


def repond(bootstrap: str, delai_s: float = 2.0) -> bool:
    """Vrai si un courtier répond à cette adresse."""
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    try:
        return bool(client.list_topics(timeout=delai_s).brokers)
    except KafkaException:
        return False


def bibliotheques() -> Path:
    """Le dossier des artefacts de Kafka, téléchargés une fois par Maven.

    Raises:
        MoteurIndisponible: Maven manque ou n'atteint pas son dépôt.
    """
    dossier = CACHE / version_voulue() / "lib"
    if any(dossier.glob("kafka-tools-[0-9]*.jar")):
        return dossier
    shutil.rmtree(dossier, ignore_errors=True)
    if shutil.which("mvn") is None:
        raise MoteurIndisponible(
            "Maven (mvn) est requis pour obtenir Kafka : apt-get install maven."
        )
    print(f"Kafka {version_voulue()} : téléchargement (une cinquantaine de Mo)…", flush=True)
    partiel = dossier.with_name("lib.partiel")
    shutil.rmtree(partiel, ignore_errors=True)
    partiel.mkdir(parents=True)
    resultat = subprocess.run(
        [
            *("mvn", "--batch-mode", "--quiet", "--file", RECETTE / "pom.xml"),
            *("dependency:copy-dependencies", f"-DoutputDirectory={partiel}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if resultat.returncode != 0:
        raise MoteurIndisponible(f"Maven n'a pas obtenu Kafka :\n{resultat.stdout[-2000:]}")
    partiel.rename(dossier)
    return dossier


def java(*arguments: str) -> list[str]:
    """La commande qui lance un programme de Kafka.

    Raises:
        MoteurIndisponible: Java ou Maven manque.
    """
    if shutil.which("java") is None:
        raise MoteurIndisponible("Java 17 est requis : apt-get install openjdk-17-jre-headless.")
    return ["java", "-Xmx512m", "-XX:+UseSerialGC", "-cp", f"{bibliotheques()}/*", *arguments]


def preparer(dossier: Path, port: int) -> list[str]:
    """Formate un journal neuf dans `dossier`; rend la commande qui démarre le courtier.

    Raises:
        MoteurIndisponible: Java manque, ou le formatage échoue.
    """
    modele = Template((RECETTE / "server.properties").read_text(encoding="utf-8"))
    voulus = modele.substitute(port=port, port_controleur=port_libre(), donnees=dossier / "donnees")
    return formater(dossier, voulus)


def formater(dossier: Path, voulus: str) -> list[str]:
    """Formate un journal sous ces réglages; rend la commande qui démarre le courtier.

    Raises:
        MoteurIndisponible: Java manque, ou le formatage échoue.
    """
    reglages = dossier / "server.properties"
    reglages.write_text(voulus, encoding="utf-8")
    identite = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    formate = subprocess.run(
        # « = » : un identifiant peut commencer par un tiret, que l'outil lirait comme une option.
        java("kafka.tools.StorageTool", "format", f"--cluster-id={identite}", "-c", str(reglages)),
        capture_output=True,
        text=True,
        check=False,
    )
    if formate.returncode != 0:
        raise MoteurIndisponible(f"Kafka n'a pas formaté son journal :\n{formate.stderr[-2000:]}")
    return java("kafka.Kafka", str(reglages))


def _attendre(bootstrap: str, vivant: Callable[[], bool], journal: Path) -> None:
    echeance = time.monotonic() + DELAI_DEMARRAGE_S
    while vivant() and time.monotonic() < echeance:
        if repond(bootstrap):
            return
    raise MoteurIndisponible(f"Kafka ne démarre pas :\n{fin_du_journal(journal)}")


def _les_notres() -> list[psutil.Process]:
    """Les Kafka de ce dossier, quoi que dise l'état écrit."""
    return retrouver("kafka.Kafka", str(NOEUD / "server.properties"))


def en_marche() -> Etat | None:
    """Le Kafka de `make kafka`, s'il vit encore."""
    try:
        etat = Etat(**json.loads(ETAT.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return etat if _les_notres() else None


def _port_voulu() -> int:
    impose = os.environ.get(VARIABLE_PORT)
    if impose:
        if not (impose.isascii() and impose.isdecimal() and int(impose) in PORTS):
            raise MoteurIndisponible(
                f"{VARIABLE_PORT}={impose} : un port de {PORTS.start} à {PORTS.stop - 1} est"
                " attendu."
            )
        return int(impose)
    if repond(f"127.0.0.1:{PORT_HABITUEL}", 0.3):
        return port_libre()
    return PORT_HABITUEL


def demarrer() -> Etat:
    """Démarre un Kafka qui survit à cette commande, ou rend celui qui tourne déjà.

    Raises:
        MoteurIndisponible: il ne répond pas dans la minute et demie.
    """
    deja = en_marche()
    if deja is not None:
        _attendre(deja.bootstrap, lambda: en_marche() is not None, NOEUD / "journal")
        return deja
    port = _port_voulu()
    arreter()  # un Kafka dont l'état s'est perdu
    NOEUD.mkdir(parents=True)
    commande = preparer(NOEUD, port)
    journal = NOEUD / "journal"
    with journal.open("ab") as sortie:
        processus = subprocess.Popen(
            commande,
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
            cwd=NOEUD,
            start_new_session=True,
        )
    etat = Etat(port)
    ETAT.write_text(json.dumps(asdict(etat)), encoding="utf-8")
    try:
        _attendre(etat.bootstrap, lambda: processus.poll() is None, journal)
    except BaseException:
        processus.kill()
        processus.wait()
        ETAT.unlink(missing_ok=True)
        raise
    return etat


def arreter() -> bool:
    """Arrête le Kafka de `make kafka` et efface ses données; faux s'il n'y en avait pas."""
    notres = _les_notres()
    eteindre(notres)
    shutil.rmtree(NOEUD, ignore_errors=True)
    ETAT.unlink(missing_ok=True)
    return bool(notres)


def vider(bootstrap: str) -> None:
    """Efface les sujets `sbg.*` et tous les groupes : une démonstration part d'un bus vierge.

    Raises:
        MoteurIndisponible: l'adresse n'est pas locale; on ne vide pas le bus d'autrui.
    """
    if not all(a.startswith(("127.0.0.1:", "localhost:")) for a in bootstrap.split(",")):
        raise MoteurIndisponible(f"{bootstrap} n'est pas un bus local : il ne sera pas vidé.")
    client = AdminClient({"bootstrap.servers": bootstrap})
    groupes = [g.group_id for g in client.list_consumer_groups().result().valid]
    for futur in client.delete_consumer_groups(groupes).values() if groupes else ():
        with suppress(KafkaException):  # un groupe encore habité part avec ses membres
            futur.result()
    sujets = [nom for nom in client.list_topics(timeout=10).topics if nom.startswith(PREFIXE)]
    for futur in client.delete_topics(sujets, operation_timeout=30).values() if sujets else ():
        futur.result()


@contextmanager
def kafka() -> Iterator[str]:
    """L'adresse d'un vrai Kafka : l'externe, celui de `make kafka`, sinon un éphémère à nous.

    Raises:
        MoteurIndisponible: aucun ne répond et l'éphémère ne démarre pas.
    """
    externe = bootstrap_externe()
    if externe is not None:
        if not repond(externe, 10.0):
            raise MoteurIndisponible(f"{VARIABLE_BOOTSTRAP} : {externe} ne répond pas.")
        yield externe
        return
    deja = en_marche()
    if deja is not None:
        yield deja.bootstrap
        return
    dossier = Path(tempfile.mkdtemp(prefix="sbg-kafka-"))
    port, journal = port_libre(), dossier / "journal"
    try:
        commande = preparer(dossier, port)
        serveur = Serveur(commande, journal=journal, dossier=dossier, effacer=dossier)
        try:
            _attendre(f"127.0.0.1:{port}", lambda: serveur.vivant, journal)
            yield f"127.0.0.1:{port}"
        finally:
            serveur.arreter()
    finally:
        shutil.rmtree(dossier, ignore_errors=True)
