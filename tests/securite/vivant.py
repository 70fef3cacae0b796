"""Le système entier, en vrais processus, sous des réglages de l'essai."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from demo.ports import SERVICES, service_de
from demo.systeme import Systeme
from outils.essais import debit
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.moteurs.ensemble import VARIABLE_BUS
from outils.moteurs.processus import port_libre

DEPART = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)


@contextmanager
def _a_part() -> Iterator[None]:
    """Des ports libres et un bus à soi : un autre système vivant prendrait nos événements."""
    reglages = {VARIABLE_BUS: "embarque"}
    for nom in SERVICES:
        while (port := port_libre()) + 300 >= 65_000:
            pass
        reglages[f"SBG_PORT_{nom.upper()}"] = str(port)
    avant = {nom: os.environ.get(nom) for nom in reglages}
    os.environ.update(reglages)
    try:
        yield
    finally:
        for nom, valeur in avant.items():
            if valeur is None:
                del os.environ[nom]
            else:
                os.environ[nom] = valeur


@asynccontextmanager
async def systeme_vivant(
    dossier: Path, reglages: Callable[[str], Mapping[str, str]] = lambda _: {}
) -> AsyncIterator[Systeme]:
    """Les cinq services au matin du 1er septembre 2026; `reglages` s'ajoute à ceux de chacun."""

    class Regle(Systeme):
        def _environnement(self, nom: str) -> dict[str, str]:
            return {
                **Systeme._environnement(self, nom),
                **debit.ENVIRONNEMENT,
                **reglages(nom),
            }

    with _a_part():
        async with Regle.ouvrir(dossier, DEPART) as systeme:
            yield systeme


@dataclass(slots=True)
class BancVivant(Banc):
    """Un banc dont la base et l'API sont celles d'un service en marche."""

    adresse: str = ""

    def client(
        self, *roles: str, organisme: str | None = None, sujet: str | None = None
    ) -> httpx.AsyncClient:
        """Un client HTTP du vrai processus."""
        en_tetes = {}
        if roles:
            jeton = self.emetteur.jeton(roles, organisme=organisme, sujet=sujet)
            en_tetes["Authorization"] = f"Bearer {jeton}"
        client = httpx.AsyncClient(
            base_url=self.adresse,
            headers=en_tetes,
            timeout=15.0,
            event_hooks={"request": [_donner_cle]},
            trust_env=False,
        )
        self._clients.append(client)
        return client

    async def recevoir(self, *_: object, **__: object) -> None:
        """Rien à faire : ce service reçoit du vrai bus."""


async def _donner_cle(requete: httpx.Request) -> None:
    if requete.method in {"POST", "DELETE"} and "idempotency-key" not in requete.headers:
        requete.headers["Idempotency-Key"] = uuid4().hex


def banc_vivant(systeme: Systeme, nom: str) -> BancVivant:
    """Le banc d'un service de ce système."""
    service, acces = service_de(nom), systeme.acces[nom]
    dsn = {"migrer": acces.migrer, "api": acces.api, "interne": acces.interne}
    reglages = reglages_d_essai(service.reglages, dsn, str(systeme.dossier / "jwks.json"))
    base = monter(service, reglages, systeme.emetteur, HorlogeConduite(systeme.horloge()))
    return BancVivant(
        base.service,
        base.roles,
        base.emetteur,
        base.moteur_api,
        base.moteur_interne,
        base.horloge,
        adresse=systeme.adresses[nom],
    )
