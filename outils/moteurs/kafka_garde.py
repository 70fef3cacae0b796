"""Un Kafka gardé : les réglages mêmes de docker-compose.yml, et les droits de deploy/kafka.

Chaque service y a son identité; seule la migration crée des sujets.
"""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from outils.moteurs.kafka_reel import DELAI_DEMARRAGE_S, RACINE, RECETTE, formater, java
from outils.moteurs.processus import MoteurIndisponible, Serveur, fin_du_journal, port_libre

ADMINISTRATEUR = "administrateur"
USAGERS = ("migration", "catalogue", "demandes", "facturation", "sla", "courtier")
_COMMANDES = {
    "kafka-configs.sh": "org.apache.kafka.tools.ConfigCommand",
    "kafka-acls.sh": "org.apache.kafka.tools.AclCommand",
}


@dataclass(frozen=True, slots=True)
class KafkaGarde:
    """Un courtier qui n'ouvre qu'à qui s'annonce, et les secrets de chacun."""

    bootstrap: str
    secrets: Mapping[str, str]

    def reglages(self, usager: str) -> dict[str, str]:
        """Les réglages d'un service (`SBG_BUS__…`) sous cette identité."""
        return {
            "SBG_BUS__ADRESSES": self.bootstrap,
            "SBG_BUS__CREER_SUJETS": "false",
            "SBG_BUS__PROTOCOLE": "SASL_PLAINTEXT",
            "SBG_BUS__USAGER": usager,
            "SBG_BUS__MOT_DE_PASSE": self.secrets[usager],
        }


def reglages_de_composition(port: int, dossier: Path, secret: str) -> str:
    """Le `server.properties` que l'image officielle tirerait de docker-compose.yml, sur 127.0.0.1.

    Elle lit `KAFKA_A_B__C___D` comme « a.b_c-d ».
    """
    composition: dict[str, Any] = yaml.safe_load((RACINE / "docker-compose.yml").read_text("utf-8"))
    adresses = {
        "//kafka:9092": f"//127.0.0.1:{port}",
        "//:9092": f"//127.0.0.1:{port}",
        "//:9093": f"//127.0.0.1:{(controleur := port_libre())}",
        "@kafka:9093": f"@127.0.0.1:{controleur}",
    }
    lignes = []
    for variable, valeur in composition["services"]["kafka"]["environment"].items():
        nom = variable.removeprefix("KAFKA_").lower().replace("___", "-").replace("__", "\0")
        texte = re.sub(r"\$\{SBG_MDP_BUS_ADMINISTRATEUR[^}]*\}", secret, str(valeur))
        for habituelle, voulue in adresses.items():
            texte = texte.replace(habituelle, voulue)
        lignes.append(f"{nom.replace('_', '.').replace(chr(0), '_')}={texte}")
    lignes += [f"log.dirs={dossier / 'donnees'}", "offsets.topic.num.partitions=4"]
    return "\n".join(lignes) + "\n"


@contextmanager
def kafka_garde() -> Iterator[KafkaGarde]:
    """Un courtier éphémère, gardé, où `droits.sh` a donné ses droits à chaque usager.

    Raises:
        MoteurIndisponible: il ne démarre pas, ou les droits ne se donnent pas.
    """
    dossier = Path(tempfile.mkdtemp(prefix="sbg-kafka-"))
    port, journal = port_libre(), dossier / "journal"
    mots = {usager: secrets.token_hex(16) for usager in (ADMINISTRATEUR, *USAGERS)}
    try:
        voulus = reglages_de_composition(port, dossier, mots[ADMINISTRATEUR])
        serveur = Serveur(
            formater(dossier, voulus), journal=journal, dossier=dossier, effacer=dossier
        )
        try:
            garde = KafkaGarde(f"127.0.0.1:{port}", mots)
            _attendre(garde, serveur, journal)
            donner_les_droits(garde, dossier)
            yield garde
        finally:
            serveur.arreter()
    finally:
        shutil.rmtree(dossier, ignore_errors=True)


def administration(garde: KafkaGarde, usager: str = ADMINISTRATEUR) -> AdminClient:
    """Un client d'administration d'une autre bibliothèque que celle du produit."""
    mecanisme = "PLAIN" if usager == ADMINISTRATEUR else "SCRAM-SHA-512"
    return AdminClient(
        {
            "bootstrap.servers": garde.bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": mecanisme,
            "sasl.username": usager,
            "sasl.password": garde.secrets[usager],
            "log_level": 0,
        }
    )


def _attendre(garde: KafkaGarde, serveur: Serveur, journal: Path) -> None:
    echeance = time.monotonic() + DELAI_DEMARRAGE_S
    while serveur.vivant and time.monotonic() < echeance:
        try:
            administration(garde).list_topics(timeout=2)
        except KafkaException:
            time.sleep(0.2)
        else:
            return
    raise MoteurIndisponible(f"Le Kafka gardé ne démarre pas :\n{fin_du_journal(journal)}")


def donner_les_droits(garde: KafkaGarde, dossier: Path) -> None:
    """Joue deploy/kafka/droits.sh, avec les commandes de Kafka tirées de ses artefacts.

    Raises:
        MoteurIndisponible: la commande échoue.
    """
    outils = dossier / "outils"
    outils.mkdir()
    for nom, classe in _COMMANDES.items():
        lance = " ".join(f"'{mot}'" for mot in java(classe))
        (outils / nom).write_text(f'#!/bin/sh\nexec {lance} "$@"\n', encoding="utf-8")
        (outils / nom).chmod(0o755)
    secrets_ = {f"SBG_MDP_BUS_{u.upper()}": mot for u, mot in garde.secrets.items()}
    fait = subprocess.run(
        [RECETTE / "droits.sh"],
        env=os.environ | secrets_ | {"SBG_BUS": garde.bootstrap, "SBG_OUTILS_KAFKA": str(outils)},
        capture_output=True,
        text=True,
        check=False,
    )
    if fait.returncode != 0:
        raise MoteurIndisponible(
            f"droits.sh a échoué :\n{fait.stdout[-1000:]}{fait.stderr[-1000:]}"
        )
