"""Les juges du déploiement, et ce que la charte rend sous chaque jeu de valeurs."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploiement.jeux import jeux
from tests.deploiement.outils import PROGRAMMES, RACINE, Objet, executer, rendre


@pytest.fixture(autouse=True, scope="session")
def _juges() -> None:
    """Les autres suites ne demandent ni Go ni réseau : celle-ci ne se joue que par son nom."""
    if "SBG_DEPLOIEMENT" not in os.environ:
        pytest.skip("« make deploiement » installe les juges et joue ceci")


@pytest.fixture(scope="session")
def rendus() -> dict[str, list[Objet]]:
    """Les objets de chaque jeu."""
    return {nom: rendre(valeurs) for nom, valeurs in jeux().items()}


@pytest.fixture
def defaut(rendus: dict[str, list[Objet]]) -> list[Objet]:
    """Les objets du jeu par défaut."""
    return rendus["défaut"]


@pytest.fixture(scope="session")
def premier_depart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un dossier où `deploy/secrets.sh` vient de passer pour la première fois."""
    dossier = tmp_path_factory.mktemp("composition")
    shutil.copytree(RACINE / "deploy", dossier / "deploy")
    shutil.copy(RACINE / "docker-compose.yml", dossier)
    subprocess.run([dossier / "deploy" / "secrets.sh"], check=True, capture_output=True)
    return dossier


@pytest.fixture(scope="session")
def projet(premier_depart: Path) -> dict[str, Any]:
    """Le projet tel que le lit le client de Docker : schéma, variables, cohérence."""
    rendu = executer(PROGRAMMES / "compose", premier_depart / "docker-compose.yml")
    assert rendu.code == 0, rendu.erreur
    lu: dict[str, Any] = json.loads(rendu.sortie)
    return lu
