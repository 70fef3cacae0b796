"""Le Keycloak de la composition, en vrai : sa commande, son environnement, sa sonde, un jeton.

Une minute de plus, et 160 Mo : il ne se joue que si on le demande, `KEYCLOAK=1 make deploiement`.
"""

import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from noyau import ANNUAIRE
from outils.moteurs import keycloak_reel, port_libre
from socle.reglages import ReglagesIdentite
from socle.web.jetons import ClesPubliques, Verificateur
from tests.deploiement.outils import RACINE, executer

DELAI_S = 600.0
JETONS = "protocol/openid-connect/token"


@dataclass(frozen=True)
class EnMarche:
    """Où il écoute, ce que la composition lui a donné, le certificat engendré."""

    port: int
    gestion: int
    environnement: dict[str, str]
    certificat: Path

    @property
    def royaume(self) -> str:
        return f"https://localhost:{self.port}/realms/sbg"


@pytest.fixture(scope="module")
def keycloak(
    premier_depart: Path, projet: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EnMarche]:
    """Démarré comme l'écrit la composition; seuls ses ports et ses chemins sont d'ici."""
    if "KEYCLOAK" not in os.environ:
        pytest.skip("« KEYCLOAK=1 make deploiement » démarre le Keycloak de la composition")
    sien, cles = projet["services"]["keycloak"], premier_depart / ".secrets"
    dossier = tmp_path_factory.mktemp("keycloak") / "kc"
    sans = shutil.ignore_patterns("data")
    shutil.copytree(keycloak_reel.distribution(), dossier, ignore=sans)
    (dossier / "data" / "import").mkdir(parents=True)
    shutil.copy(RACINE / "deploy" / "keycloak" / "sbg-realm.json", dossier / "data" / "import")
    port, gestion = port_libre(), port_libre()
    environnement = {
        **os.environ,
        **sien["environment"],
        "KC_HTTPS_CERTIFICATE_FILE": str(cles / "keycloak.pem"),
        "KC_HTTPS_CERTIFICATE_KEY_FILE": str(cles / "keycloak.key"),
        "KC_HTTP_HOST": "127.0.0.1",
        "KC_HTTP_MANAGEMENT_HOST": "127.0.0.1",
        "KC_HTTPS_PORT": str(port),
        "KC_HTTP_MANAGEMENT_PORT": str(gestion),
        "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
    }
    with (dossier / "journal").open("wb") as journal:
        processus = subprocess.Popen(
            [dossier / "bin" / "kc.sh", *sien["command"]],
            env=environnement,
            stdout=journal,
            stderr=journal,
            start_new_session=True,
        )
    try:
        yield EnMarche(port, gestion, sien["environment"], cles / "keycloak.pem")
    finally:
        os.killpg(processus.pid, signal.SIGKILL)
        processus.wait()


async def test_la_composition_donne_un_emetteur_que_les_services_croient(
    keycloak: EnMarche, projet: dict[str, Any]
) -> None:
    sonde = projet["services"]["keycloak"]["healthcheck"]["test"][1:]
    ici = [mot.replace("9000", str(keycloak.gestion)) for mot in sonde]
    echeance = time.monotonic() + DELAI_S
    while executer(Path("/bin/bash"), *ici[1:]).code:
        assert time.monotonic() < echeance, "Keycloak ne se dit pas prêt"
        time.sleep(1.0)  # noqa: ASYNC251 -- rien d'autre ne tourne dans cet essai
    sur = ssl.create_default_context(cafile=keycloak.certificat)
    demande = {
        "client_id": "portail",
        "client_secret": keycloak.environnement["secret_portail"],
        "grant_type": "password",
        "username": "a-tremblay",
        "password": keycloak.environnement["mdp_a_tremblay"],
    }
    async with httpx.AsyncClient(verify=sur, trust_env=False, timeout=30.0) as client:
        reponse = await client.post(f"{keycloak.royaume}/{JETONS}", data=demande)
    reponse.raise_for_status()
    api = projet["services"]["demandes-api"]["environment"]
    identite = ReglagesIdentite.model_validate(
        {
            "emetteur": api["SBG_IDENTITE__EMETTEUR"],
            "jwks": f"{keycloak.royaume}/protocol/openid-connect/certs",
            "autorite": keycloak.certificat,
        }
    )
    verificateur = Verificateur(identite, ClesPubliques.de(identite), ANNUAIRE)
    acteur = await verificateur.acteur(reponse.json()["access_token"])
    assert (acteur.organisme, acteur.roles) == ("MTQ", frozenset({"demandeur", "gestionnaire"}))
