"""Les documents des cinq services, et un service des demandes qui écoute vraiment."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from catalogue.produits.entrees import lire_produits
from outils.contrats.ecoutants import SERVICES
from outils.contrats.openapi import document
from outils.essais.greffon import MonterBanc
from tests.exemples.scenes.demandes import inscrit


@pytest.fixture(autouse=True, scope="session")
def _outils() -> None:
    """Les autres suites ne demandent ni réseau ni Node : celle-ci ne se joue que par son nom."""
    if "SBG_CLIENTS" not in os.environ:
        pytest.skip("« make clients » installe les outils d'un intégrateur et joue ceci")


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Le fichier OpenAPI de chaque service."""
    dossier = tmp_path_factory.mktemp("openapi")
    fichiers = {service: dossier / f"{service}.json" for service in SERVICES}
    for service, fichier in fichiers.items():
        fichier.write_text(json.dumps(document(service), ensure_ascii=False), "utf-8")
    return fichiers


@dataclass(frozen=True, slots=True)
class EnMarche:
    """Où écoute le service, et le jeton d'un demandeur."""

    adresse: str
    jeton: str

    @property
    def environnement(self) -> dict[str, str]:
        return {"SBG_ADRESSE": self.adresse, "SBG_JETON": self.jeton, "NO_PROXY": "127.0.0.1"}


@pytest.fixture
async def demandes(banc: MonterBanc) -> AsyncIterator[EnMarche]:
    """Les demandes sur une vraie base, un organisme inscrit, les produits du catalogue connus."""
    b = await banc("demandes")
    await b.recevoir(*map(inscrit, lire_produits()))
    corps = {"code": "MTQ", "nom": "Ministère des Transports"}
    (await b.client("agent-csc").post("/v1/organismes", json=corps)).raise_for_status()
    serveur = uvicorn.Server(
        uvicorn.Config(b.application, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    )
    service = asyncio.create_task(serveur.serve())
    while not serveur.started:  # noqa: ASYNC110 -- uvicorn n'offre pas d'événement
        await asyncio.sleep(0.02)
    port = serveur.servers[0].sockets[0].getsockname()[1]
    yield EnMarche(f"http://127.0.0.1:{port}", b.emetteur.jeton(["demandeur"], organisme="MTQ"))
    serveur.should_exit = True
    await service
