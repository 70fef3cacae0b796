"""Ce qu'un processus muet tenait est rendu à l'heure; une boucle muette se dit non prête."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from outils.essais.greffon import Modeles
from outils.essais.temoin.service import service_isole
from socle.bd.moteur import DelaisBase, couper, ouvrir_moteur
from socle.bus.kafka import ReglagesBus
from socle.envoi.relais import ESPACE_VERROUS, Relais
from socle.exploitation.arret import Arret
from socle.exploitation.sante import Sante
from socle.surveillance.sondes import sonde_bus
from tests.fautes.pilote import MESURES

SANS_BAIL = 3_600_000
"""Une heure, en millisecondes : bien plus que ce que l'épreuve attend."""
BAIL = 0.5
PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Veille:
    """Ce que la veille a montré; les deux derniers : le mutant est attrapé."""

    rendu: float
    non_pret: float
    sans_bail: bool
    sourde: bool


class SanteSourde(Sante):
    """Ne croit que ses sondes."""

    def surveiller(self, boucle: str) -> None:
        """N'attend rien de la boucle."""

    def signaler(self, boucle: str, motif: str) -> None:
        """N'entend rien."""


async def eprouver(modeles: Modeles) -> Veille:
    """Joue le produit et ses mutants en même temps : ce ne sont que des attentes."""
    acces = await modeles.copie(service_isole("temoin"))
    bail = round(BAIL * 1000)
    rendu, tenu, non_pret, sourde = await asyncio.gather(
        _rendu(acces["interne"], 1, DelaisBase(inactivite=bail), BAIL + 10),
        _rendu(
            acces["interne"], 2, DelaisBase(inactivite=SANS_BAIL, transaction=SANS_BAIL), 6 * BAIL
        ),
        _non_pret(Sante()),
        _non_pret(SanteSourde()),
    )
    return Veille(rendu, non_pret, sans_bail=tenu >= 6 * BAIL, sourde=sourde >= PATIENCE)


async def _rendu(dsn: str, fragment: int, delais: DelaisBase, patience: float) -> float:
    """Tient un fragment comme le relais, se tait; rend les secondes avant qu'un autre l'ait."""
    prendre = f"SELECT pg_try_advisory_xact_lock({ESPACE_VERROUS}, {fragment})"
    moteur = ouvrir_moteur(dsn, delais)
    autre = await asyncpg.connect(dsn)
    try:
        async with moteur.emprunter() as connexion:
            figee = connexion.pilote
            await figee.execute("BEGIN")
            await figee.fetchval(prendre)
            debut = time.monotonic()
            limite = debut + patience
            while not await autre.fetchval(prendre) and time.monotonic() < limite:  # noqa: ASYNC110 -- on sonde
                await asyncio.sleep(0.05)
            rendu = time.monotonic() - debut
            couper(figee)
            return rendu
    finally:
        await autre.close()
        await moteur.fermer()


async def _non_pret(sante: Sante) -> float:
    """Un relais devant un bus qui accepte et se tait; rend les secondes avant « non prêt »."""
    async with _bus_muet() as adresse:
        bus = ReglagesBus(adresses=adresse)
        sante.sondes["bus"] = sonde_bus(adresse)
        sante.surveiller("relais")
        arret = Arret()
        relais = Relais(
            ouvrir_moteur("postgresql://x@127.0.0.1/x", DelaisBase()), bus, "r", sante, MESURES
        )
        tache = asyncio.create_task(relais.tourner(arret))
        debut = time.monotonic()
        limite = debut + PATIENCE
        while not await sante.motifs() and time.monotonic() < limite:  # noqa: ASYNC110 -- on sonde
            await asyncio.sleep(0.2)
        ecoule = time.monotonic() - debut
        arret.demander()
        tache.cancel()
        await asyncio.wait({tache})
    return ecoule


@asynccontextmanager
async def _bus_muet() -> AsyncIterator[str]:
    """Un bus figé : le noyau accepte les connexions, personne ne répond."""

    async def se_taire(lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        await lecteur.read()
        ecrivain.close()

    serveur = await asyncio.start_server(se_taire, "127.0.0.1", 0, limit=2**24)
    async with serveur:
        yield f"127.0.0.1:{serveur.sockets[0].getsockname()[1]}"
