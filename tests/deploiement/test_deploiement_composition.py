"""La composition, lue comme Docker la lit, et ses lignes de commande jouées sans moteur."""

import os
import re
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from outils.moteurs import port_libre
from tests.deploiement.bilan import Bilan
from tests.deploiement.outils import PROGRAMMES, RACINE, executer

COMPOSITION = RACINE / "docker-compose.yml"


def test_la_composition_se_lit_sans_rien_demander_de_plus(projet: dict[str, Any]) -> None:
    """Une commande suffit : tout ce qui manque s'engendre au premier départ."""
    services = projet["services"]
    assert {"postgres", "kafka", "keycloak", "collecteur", "prometheus", "grafana"} <= set(services)
    assert all(len(s["environment"]) for nom, s in services.items() if nom.endswith("-api"))
    Bilan.dire(compose_services=len(services), compose_erreurs=0)


FAUSSEES = {
    "une clé inconnue": ("    read_only: true", "    read_onli: true"),
    "une attente sur personne": ("provisionnement: {condition", "provisionement: {condition"),
    "un volume que rien ne déclare": ("  keycloak:\n", "") ,
    "une durée qui n'en est pas": ("interval: 10s", "interval: souvent"),
    "un secret que rien n'engendre": ("SBG_MDP_KEYCLOAK:?", "SBG_MDP_INCONNU:?"),
}  # fmt: skip


@pytest.mark.parametrize("nom", FAUSSEES)
def test_une_composition_faussee_se_refuse(nom: str, premier_depart: Path) -> None:
    bon, faux = FAUSSEES[nom]
    tete, trouve, queue = COMPOSITION.read_text("utf-8").rpartition(bon)
    if not trouve:
        tete, trouve, queue = COMPOSITION.read_text("utf-8").partition(bon.strip())
        faux = faux.strip()
    assert trouve
    fausse = premier_depart / "fausse.yml"
    fausse.write_text(tete + faux + queue, "utf-8")
    assert executer(PROGRAMMES / "compose", fausse).code == 1


def test_demarrer_engendre_une_fois_puis_laisse_la_main_a_docker(tmp_path: Path) -> None:
    """Un faux `docker` dit ce qu'on lui demande; le second départ garde les secrets du premier."""
    shutil.copytree(RACINE / "deploy", tmp_path / "deploy")
    faux = tmp_path / "bin" / "docker"
    faux.parent.mkdir()
    faux.write_text('#!/bin/sh\necho "$@"\n', "utf-8")
    faux.chmod(0o755)
    chemin = f"{faux.parent}:{os.environ['PATH']}"
    demarrer = tmp_path / "deploy" / "demarrer.sh"
    premier = executer(demarrer, "--detach", PATH=chemin)
    assert premier.code == 0, premier.erreur
    assert premier.sortie.splitlines()[-1] == "compose up --build --detach"
    secrets = (tmp_path / ".env").read_text("utf-8")
    assert executer(demarrer, PATH=chemin).sortie == "compose up --build\n"
    assert (tmp_path / ".env").read_text("utf-8") == secrets


def test_le_certificat_engendre_vaut_pour_un_python_strict(premier_depart: Path) -> None:
    """Celui de l'image (3.13) exige d'une autorité qu'elle dise à quoi sa clé sert."""
    dossier = premier_depart / ".secrets"
    assert dossier.stat().st_mode & 0o777 == 0o700
    serveur = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serveur.load_cert_chain(dossier / "keycloak.pem", dossier / "keycloak.key")
    client = ssl.create_default_context(cafile=dossier / "keycloak.pem")
    client.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    ici, la_bas = socket.socketpair()
    fil = threading.Thread(target=lambda: serveur.wrap_socket(la_bas, server_side=True).close())
    fil.start()
    with client.wrap_socket(ici, server_hostname="keycloak") as prise:
        assert prise.version() == "TLSv1.3"
    fil.join()


@pytest.fixture
def gestion() -> Iterator[tuple[int, list[int]]]:
    """Un port de gestion qui rend le statut qu'on lui dit."""
    statuts = [200]

    class Dire(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuts[0])
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Dire) as http:
        fil = threading.Thread(target=http.serve_forever)
        fil.start()
        yield http.server_port, statuts
        http.shutdown()
        fil.join()


def _sonde(projet: dict[str, Any], service: str, port: int, remplace: str) -> int:
    """Joue la sonde d'un service, telle qu'écrite, à ce port-ci."""
    genre, programme, *arguments = projet["services"][service]["healthcheck"]["test"]
    assert genre == "CMD"
    trouve = shutil.which(programme, path=f"{RACINE / '.venv' / 'bin'}:{os.environ['PATH']}")
    assert trouve is not None
    return executer(Path(trouve), *(a.replace(remplace, str(port)) for a in arguments)).code


@pytest.mark.parametrize(("service", "ecrit"), [("keycloak", "9000"), ("sla-relais", "8204")])
def test_une_sonde_dit_pret_pas_pret_et_muet(
    service: str, ecrit: str, projet: dict[str, Any], gestion: tuple[int, list[int]]
) -> None:
    port, statuts = gestion
    assert _sonde(projet, service, port, ecrit) == 0
    statuts[0] = 503
    assert _sonde(projet, service, port, ecrit) != 0
    assert _sonde(projet, service, port_libre(), ecrit) != 0


def test_les_secrets_du_royaume_sont_ceux_de_la_composition(projet: dict[str, Any]) -> None:
    """Le royaume importé les nomme entre accolades : Keycloak les lit de son environnement."""
    royaume = (RACINE / "deploy" / "keycloak" / "sbg-realm.json").read_text("utf-8")
    nommes = set(re.findall(r"\$\{(\w+)\}", royaume))
    environnement = projet["services"]["keycloak"]["environment"]
    assert nommes == {nom for nom in environnement if nom.islower()}
    montes = [v["target"] for v in projet["services"]["keycloak"]["volumes"]]
    assert "/opt/keycloak/data/import/sbg-realm.json" in montes
    pom = (RACINE / "deploy" / "keycloak" / "pom.xml").read_text("utf-8")
    version = re.search(r"<keycloak.version>([^<]+)<", pom)
    assert version is not None
    assert projet["services"]["keycloak"]["image"].endswith(f":{version.group(1)}")


def test_les_scripts_de_deploiement_se_lisent() -> None:
    for script in sorted((RACINE / "deploy").rglob("*.sh")):
        assert executer(Path("/bin/bash"), "-n", script).code == 0, script.name


def test_la_base_des_images_se_fixe_d_un_mot() -> None:
    """SBG_IMAGE_BASE porte l'étiquette ou l'empreinte que donne votre registre."""
    lue = yaml.safe_load(COMPOSITION.read_text("utf-8"))
    bases = {s["build"]["args"]["BASE"] for s in lue["services"].values() if "build" in s}
    assert bases == {"${SBG_IMAGE_BASE:-python:3.13-slim}"}
