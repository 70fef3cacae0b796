"""La boucle d'un travail périodique, tenu par un seul réplica à la fois."""

import asyncio
from typing import TypeVar
from zlib import crc32

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from socle.bd.moteur import connexion_verrou
from socle.exploitation.arret import Arret
from socle.exploitation.sante import Sante
from socle.service import Monde, Travail

D = TypeVar("D")
ESPACE_VERROUS = 7_263
PAUSE_PANNE = 1.0
journal = structlog.get_logger()


async def tourner_travail(
    moteur: AsyncEngine, travail: Travail[D], monde: Monde[D], sante: Sante, arret: Arret
) -> None:
    """Fait un travail à sa cadence (secondes système) jusqu'à l'arrêt; une panne se retente."""
    while not arret.demande:
        try:
            faits = await _sous_verrou(moteur, travail, monde)
            sante.retablir(travail.nom)
        except Exception as erreur:  # noqa: BLE001 -- la boucle survit à tout, et le dit
            sante.signaler(travail.nom, type(erreur).__name__)
            journal.warning("travail.echec", travail=travail.nom, exc_info=erreur)
            await arret.attendre(PAUSE_PANNE)
            continue
        if not faits:
            await arret.attendre(travail.cadence)


async def _sous_verrou(moteur: AsyncEngine, travail: Travail[D], monde: Monde[D]) -> int:
    async with connexion_verrou(moteur) as pilote:
        if not await pilote.fetchval(
            "SELECT pg_try_advisory_lock($1, $2)",
            ESPACE_VERROUS,
            crc32(travail.nom.encode()) - 2**31,
        ):
            return 0
        return await travail.faire(monde)


async def une_fois(moteur: AsyncEngine, travail: Travail[D], monde: Monde[D]) -> int:
    """Fait un travail jusqu'à ce qu'il n'ait plus rien à faire (commandes et essais)."""
    total = 0
    while faits := await _sous_verrou(moteur, travail, monde):
        total += faits
        await asyncio.sleep(0)
    return total
