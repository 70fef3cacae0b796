"""Le système entier, en processus réels, pour les parcours de bout en bout."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo.ports import SERVICES
from demo.systeme import Systeme
from outils.moteurs.processus import port_libre

DEPART = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)


def _ports_libres() -> None:
    """Des ports loin de ceux de « make up », pour que les essais vivent à côté."""
    for nom in SERVICES:
        while True:
            port = port_libre()
            if port + 300 < 65_000:
                break
        os.environ[f"SBG_PORT_{nom.upper()}"] = str(port)


@pytest.fixture(scope="session")
async def systeme(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Systeme]:
    """Un système partagé, parti du 1er septembre 2026; un essai a pu en avancer l'heure."""
    _ports_libres()
    dossier: Path = tmp_path_factory.mktemp("systeme")
    async with Systeme.ouvrir(dossier, DEPART) as ouvert:
        yield ouvert
