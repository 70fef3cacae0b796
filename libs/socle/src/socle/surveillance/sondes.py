"""Les sondes : le bus répond-il, un trou dure-t-il, a-t-on des clés? Rien, ou ce qui ne va pas."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from socle.bd.connexion import Connexion
from socle.bd.moteur import Moteur
from socle.bd.pannes import est_panne
from socle.bd.transaction import INTERNE, transaction
from socle.bd.vues import Vue

Sonde = Callable[[], Awaitable[str | None]]
"""Rend ce qui ne va pas, ou rien."""

PATIENCE_TROU = timedelta(minutes=1)
"""Au-delà, un trou dans une séquence n'est plus un simple désordre : le consommateur le signale."""

_TROU = """
SELECT count(*) AS nombre, extract(epoch FROM clock_timestamp() - min(stationne_le))::int AS age,
       string_agg(DISTINCT sujet, ', ') AS sujets
FROM socle_stationnement WHERE stationne_le <= clock_timestamp() - $1::interval
"""
_RETENU = "SELECT count(*) FROM socle_ecartes WHERE sujet = $1"


def sonde_trous(moteur: Moteur, patience: timedelta = PATIENCE_TROU) -> Sonde:
    """Rien si nul événement n'attend son prédécesseur plus que `patience`; sinon combien, où."""

    async def sonder(connexion: Connexion) -> str | None:
        trou = await connexion.pilote.fetchrow(_TROU, patience)
        if trou is None or not trou["nombre"]:
            return None
        attente = (
            "1 événement attend son prédécesseur"
            if trou["nombre"] == 1
            else f"{trou['nombre']} événements attendent leur prédécesseur, le plus vieux"
        )
        return f"{attente} depuis {trou['age']} s ({trou['sujets']})"

    return sonde_vue(moteur, sonder)


def sonde_jalon(moteur: Moteur, sujet: str) -> Sonde:
    """Rien si nul fait de ce sujet n'est écarté; sinon combien retiennent son jalon."""

    async def sonder(connexion: Connexion) -> str | None:
        nombre = await connexion.pilote.fetchval(_RETENU, sujet)
        return f"retenu : faits de {sujet} écartés : {nombre}" if nombre else None

    return sonde_vue(moteur, sonder)


def sonde_vue(moteur: Moteur, vue: Vue[str | None]) -> Sonde:
    """Ce qu'une vue du rôle interne dit aller mal; une panne est une réponse, jamais une erreur."""

    async def sonder() -> str | None:
        try:
            async with transaction(moteur, INTERNE) as connexion:
                return await vue(connexion)
        except Exception as erreur:
            if not est_panne(erreur):
                raise
            return f"base injoignable ({type(erreur).__name__})"

    return sonder


def sonde_bus(adresses: str) -> Sonde:
    """La sonde du bus : rien si un de ses nœuds accepte une connexion, sinon pourquoi."""

    async def sonder() -> str | None:
        for adresse in adresses.split(","):
            hote, _, port = adresse.strip().rpartition(":")
            try:
                _, sortie = await asyncio.wait_for(asyncio.open_connection(hote, int(port)), 1)
            except (OSError, TimeoutError):
                continue
            sortie.close()
            return None
        return "bus injoignable"

    return sonder


def sonde_cles(lues: Callable[[], Awaitable[bool]]) -> Sonde:
    """Rien dès que les clés de l'émetteur ont été lues une fois : d'ici là, nul jeton ne passe."""

    async def sonder() -> str | None:
        return None if await lues() else "clés de l'émetteur introuvables"

    return sonder
