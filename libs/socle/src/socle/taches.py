"""La boucle d'une tâche périodique, tenue par un seul réplica à la fois."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

import structlog

from socle.bd.moteur import Moteur, connexion_verrou
from socle.exploitation.arret import Arret
from socle.exploitation.sante import Sante
from socle.service import Contexte, Tache

ESPACE_VERROUS = 7_263
PAUSE_PANNE = 1.0
journal = structlog.get_logger()


async def tourner_tache(
    moteur: Moteur, tache: Tache, contexte: Contexte, sante: Sante, arret: Arret
) -> None:
    """Fait une tâche à sa cadence (secondes système) jusqu'à l'arrêt; une panne se retente."""
    contexte.mesures.suivre_tache(tache.nom)

    def continuer() -> bool:
        sante.retablir(tache.nom)
        return not arret.demande

    while not arret.demande:
        try:
            faits = await _sous_verrou(moteur, tache, contexte, continuer)
            sante.retablir(tache.nom)
            contexte.mesures.reussir_tache(tache.nom)
        except Exception as erreur:  # noqa: BLE001 -- la boucle survit à tout, et le dit
            sante.signaler(tache.nom, type(erreur).__name__)
            contexte.mesures.echouer_tache(tache.nom)
            journal.warning("tache.echec", tache=tache.nom, exc_info=erreur)
            await arret.attendre(PAUSE_PANNE)
            continue
        if not faits:
            await arret.attendre(tache.cadence)


async def _sous_verrou(
    moteur: Moteur,
    tache: Tache,
    contexte: Contexte,
    continuer: Callable[[], bool] = lambda: True,
) -> int:
    if not await tache.guetter(contexte):
        return 0
    if not tache.exclusive:
        return await tache.faire(contexte)
    async with connexion_verrou(moteur) as pilote:

        async def prolonger() -> bool:
            await pilote.execute("SELECT 1")
            return continuer()

        if not await pilote.fetchval("SELECT pg_try_advisory_lock($1, $2)", *_verrou(tache.nom)):
            return 0
        return await tache.faire(replace(contexte, prolonger=prolonger))


def _verrou(nom: str) -> tuple[int, int]:
    """Le verrou de session d'une tâche."""
    return ESPACE_VERROUS, crc32(nom.encode()) - 2**31


async def une_fois(moteur: Moteur, tache: Tache, contexte: Contexte) -> int:
    """Fait une tâche jusqu'à ce qu'elle n'ait plus rien à faire (commandes et essais)."""
    total = 0
    while faits := await _sous_verrou(moteur, tache, contexte):
        total += faits
        await asyncio.sleep(0)
    return total
