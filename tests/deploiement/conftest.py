"""Les juges du déploiement, et ce que la charte rend sous chaque jeu de valeurs."""

import os

import pytest

from tests.deploiement.jeux import jeux
from tests.deploiement.outils import Objet, rendre


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
