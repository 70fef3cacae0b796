"""Le greffon pytest des bancs : une base modèle migrée par service, une copie par banc."""

import asyncio
import importlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from hypothesis import settings
from pydantic import SecretStr

from outils.emetteur import Emetteur
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.essais.debit import presentation
from outils.moteurs import Moteurs
from outils.moteurs.greffon import CLE_CONTROLEUR
from socle.schema.migrer import migrer
from socle.schema.provisionnement import ROLES, provisionner
from socle.service import Service

MonterBanc = Callable[..., Awaitable[Banc]]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Ni la charge de la machine, ni son proxy ne font échouer un essai.

    Dit aussi, une fois, ce que les essais changent du débit permis.
    """
    settings.register_profile("sbg", deadline=None)
    settings.load_profile("sbg")
    # Nos clients ignorent le proxy d'un poste de travail; ceux que l'on emprunte lui obéissent.
    for nom in ("NO_PROXY", "no_proxy"):
        os.environ[nom] = ",".join(filter(None, (os.environ.get(nom), "127.0.0.1,localhost")))
    if not hasattr(config, CLE_CONTROLEUR) and not config.option.collectonly:
        config.get_terminal_writer().line(presentation())


@dataclass(slots=True)
class Modeles:
    """Les bases modèles d'un processus d'essai, et les copies qu'on en tire."""

    dsn: str
    jwks: Path
    emetteur: Emetteur
    prefixe: str
    _acces: dict[str, dict[str, str]] = field(default_factory=dict)
    _numeros: Iterator[int] = field(default_factory=lambda: count(1))

    async def copie(self, service: Service[Any]) -> dict[str, str]:
        """Les DSN d'une base neuve de ce service, par rôle."""
        if service.nom not in self._acces:
            self._acces[service.nom] = await self._modele(service)
        return await self._copier(service, self._acces[service.nom], self._base(service))

    @asynccontextmanager
    async def double(
        self, service: Service[Any], acces: Mapping[str, str]
    ) -> AsyncIterator[dict[str, str]]:
        """Une copie d'une base déjà semée, que personne n'ouvre; jetée à la sortie."""
        copie = await self._copier(service, acces, acces["migrer"].rpartition("/")[2])
        try:
            yield copie
        finally:
            await self.jeter(copie)

    async def jeter(self, *copies: Mapping[str, str]) -> None:
        """Efface ces bases, et coupe qui y est encore."""
        noms = (copie["migrer"].rpartition("/")[2] for copie in copies)
        await self.administrer(*(f"DROP DATABASE {nom} WITH (FORCE)" for nom in noms))

    async def _copier(
        self, service: Service[Any], acces: Mapping[str, str], originale: str
    ) -> dict[str, str]:
        proprietaire = self._base(service)
        nom = f"{proprietaire}_{next(self._numeros)}"
        await self.administrer(
            # Deux fois plus vite qu'en journalisant la copie : cette base ne survit à rien.
            f"CREATE DATABASE {nom} TEMPLATE {originale} STRATEGY FILE_COPY"
            f" OWNER {proprietaire}_migrer",
            f"GRANT CONNECT ON DATABASE {nom} TO {proprietaire}_api, {proprietaire}_interne",
        )
        return {r: d.rpartition("/")[0] + f"/{nom}" for r, d in acces.items()}

    async def administrer(self, *ordres: str) -> None:
        """Donne ces ordres au serveur, en superutilisateur."""
        connexion = await asyncpg.connect(self.dsn)
        try:
            for ordre in ordres:
                await connexion.execute(ordre)
        finally:
            await connexion.close()

    def _base(self, service: Service[Any]) -> str:
        return f"{self.prefixe}_{service.nom}"

    async def _modele(self, service: Service[Any]) -> dict[str, str]:
        secrets = {role: os.urandom(12).hex() for role in ROLES}
        acces = await provisionner(self.dsn, self._base(service), secrets)
        await migrer(SecretStr(acces.migrer), service.migrations)
        return {"migrer": acces.migrer, "api": acces.api, "interne": acces.interne}


@pytest.fixture(scope="session")
def modeles(les_moteurs: Moteurs, tmp_path_factory: pytest.TempPathFactory) -> Modeles:
    """Les bases modèles de ce processus d'essai."""
    emetteur = Emetteur()
    jwks = tmp_path_factory.mktemp("identite") / "jwks.json"
    emetteur.publier(jwks)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return Modeles(les_moteurs.dsn, jwks, emetteur, f"essai_{os.getpid()}")


@pytest.fixture
async def banc(modeles: Modeles) -> AsyncIterator[MonterBanc]:
    """De quoi monter des bancs, tous fermés, et leurs bases effacées, à la fin de l'essai."""
    bancs: list[Banc] = []
    bases: list[Mapping[str, str]] = []

    async def monter_banc(
        service: str | Service[Any], *, horloge: HorlogeConduite | None = None, **reglages: Any
    ) -> Banc:
        declaration: Service[Any] = (
            importlib.import_module(f"{service}.main").service()
            if isinstance(service, str)
            else service
        )
        acces = await modeles.copie(declaration)
        bases.append(acces)
        valeurs = reglages_d_essai(declaration.reglages, acces, str(modeles.jwks), **reglages)
        bancs.append(monter(declaration, valeurs, modeles.emetteur, horloge or HorlogeConduite()))
        return bancs[-1]

    yield monter_banc
    await asyncio.gather(*(b.fermer() for b in bancs))
    await modeles.jeter(*bases)
