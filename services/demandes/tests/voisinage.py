"""Deux organismes : ce que l'un, dont tous les abonnés se taisent, coûte à l'autre (DEM-10)."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from sqlalchemy import text

from contrats.demandes import DemandeAnnulee
from demandes.reglages import CLE_D_ESSAI
from demandes.webhooks.adaptateurs.coffre import Coffre
from outils.essais.banc import Banc
from services.demandes.tests.abonne import abonne
from socle.exploitation.arret import Arret
from socle.exploitation.sante import Sante
from socle.identifiants import uuid7
from socle.service import Contexte, Tache
from socle.taches import tourner_tache

Porter = Callable[[Contexte], Awaitable[int]]
COFFRE = Coffre.ouvert_par([CLE_D_ESSAI])
PATIENCE = 30.0
SECRET = "whsec_dW5lIGNsZSBkJ2Vzc2Fp"
_ABONNER = text("""
INSERT INTO webhooks (id, organisme, url, types, secrets, cree_le, etat, echecs, version)
VALUES (:id, :organisme, :url, '{}', ARRAY[:secret], '2020-01-01Z', 'actif', 0, 1)
""")
# Tout est à envoyer, tout de suite : les muets ne se reposent jamais.
_PRESSER = (
    # Les abonnés d'abord, comme le livreur : sinon l'un et l'autre s'attendraient.
    text("UPDATE webhooks SET pause_jusqua = NULL, echecs = 0, etat = 'actif'"),
    text(
        "UPDATE webhook_envois SET prochain_essai = '2000-01-01Z', essais = 0"
        " WHERE etat = 'a_envoyer'"
    ),
)


async def delais(banc: Banc, porter: Porter, *, muets: int, envois: int = 6) -> list[float]:
    """Secondes entre le dépôt d'un événement et son arrivée chez l'abonné sain d'un organisme.

    L'autre organisme a tant d'abonnés muets, sur de vraies prises de boucle locale.
    """
    async with silence() as muet, abonne() as sain:
        await _abonner(banc, "MTQ", sain.url)
        for n in range(muets):
            await _abonner(banc, "SQ", f"{muet}/{n}")
        async with livreur(banc, porter):
            lus = []
            for n in range(1, envois + 1):
                async with banc.interne() as cx:
                    for requete in _PRESSER:
                        await cx.ecrire(requete)
                await banc.recevoir(_annulee("SQ"))
                # Le temps que les muets aient pris tout ce qu'ils peuvent prendre.
                await asyncio.sleep(0.6 if muets else 0.1)
                debut = time.monotonic()
                await banc.recevoir(_annulee("MTQ"))
                await asyncio.wait_for(sain.servi(n), PATIENCE)
                lus.append(time.monotonic() - debut)
    return lus


def _annulee(organisme: str) -> DemandeAnnulee:
    return DemandeAnnulee(organisme=organisme, demande_id=uuid7())


async def _abonner(banc: Banc, organisme: str, url: str) -> None:
    webhook_id: UUID = uuid7()
    valeurs = {"id": webhook_id, "organisme": organisme, "url": url}
    async with banc.interne() as cx:
        await cx.ecrire(_ABONNER, valeurs | {"secret": COFFRE.chiffrer(webhook_id, SECRET)})


@asynccontextmanager
async def livreur(banc: Banc, porter: Porter) -> AsyncIterator[None]:
    """Le livreur tourne pendant le bloc, comme au relais."""
    tache = Tache("webhooks", 0.1, porter)
    boucle = asyncio.create_task(
        tourner_tache(banc.moteur_interne, tache, banc.contexte, Sante(), Arret())
    )
    try:
        yield
    finally:
        boucle.cancel()
        with suppress(asyncio.CancelledError):
            await boucle


@asynccontextmanager
async def silence() -> AsyncIterator[str]:
    """Une adresse qui accepte toute connexion, lit, et ne répond jamais."""

    async def se_taire(lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await lecteur.read()
        ecrivain.close()

    serveur = await asyncio.start_server(se_taire, "127.0.0.1", 0)
    async with serveur:
        yield f"http://127.0.0.1:{serveur.sockets[0].getsockname()[1]}"
