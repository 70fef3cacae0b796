"""Les jalons : « tous les faits enregistrés avant T sont partis », dit sur chaque partition.

Annoncer T, puis seulement relever la borne des transactions : toute écriture qui a pu lire une
heure antérieure à T a déjà son identifiant de transaction (elle le reçoit en commençant, avant
de lire l'heure). Quand toutes celles-là sont finies et qu'aucun fait d'avant T ne reste à envoyer,
T peut partir. Une écriture plus tardive voit l'annonce et s'enregistre à T ou après. Aucune
écriture n'attend.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import orjson

from noyau import Horloge
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.bus.enveloppe import en_tetes_de_jalon
from socle.envoi.relais import Relais

ATTENTE = 5.0
PAUSE = 0.02
PAUSE_MAXIMALE = 0.5

_ANNONCER = """
INSERT INTO socle_jalon_annonce AS j (sujet, jusqua) VALUES ($1, $2)
ON CONFLICT (sujet) DO UPDATE SET jusqua = greatest(j.jusqua, excluded.jusqua) RETURNING jusqua
"""
# Un identifiant neuf, et non l'xmax du cliché : l'xmax ne dépasse que les transactions FINIES, et
# laisserait passer une écriture commencée pendant l'annonce, sur une machine à l'heure en retard.
_BORNE = "SELECT pg_current_xact_id()::text::bigint"
_FINIES = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1"
_RESTE = "SELECT EXISTS (SELECT 1 FROM socle_outbox WHERE sujet = $1 AND enregistre_le < $2)"
# Tant qu'un fait de ce sujet est écarté, nul jalon ne peut promettre qu'il est parti.
_RETENU = "SELECT EXISTS (SELECT 1 FROM socle_ecartes WHERE sujet = $1)"


@dataclass(slots=True)
class Jalonneur:
    """Publie les jalons d'un sujet; un seul réplica à la fois (verrou de la tâche)."""

    moteur: Moteur
    relais: Relais
    sujet: str
    horloge: Horloge
    attente: float = ATTENTE
    """Secondes accordées aux écritures en cours avant de remettre le jalon à plus tard."""
    dernier: datetime | None = None

    async def faire(self) -> int:
        """Tente un jalon; remis à plus tard si des écritures traînent ou si un fait est écarté."""
        instant = self.horloge()
        if instant == self.dernier:
            return 0
        async with transaction(self.moteur, INTERNE) as connexion:
            if await connexion.pilote.fetchval(_RETENU, self.sujet):
                return 0
            jusqua = await connexion.pilote.fetchval(_ANNONCER, self.sujet, instant)
        async with transaction(self.moteur, INTERNE) as connexion:
            borne = await connexion.pilote.fetchval(_BORNE)
        try:
            async with asyncio.timeout(self.attente):
                await self._attendre(_FINIES, (borne,), attendu=True)
                await self._attendre(_RESTE, (self.sujet, jusqua), attendu=False)
        except TimeoutError:
            return 0
        await self._publier(jusqua)
        self.dernier = instant
        return 0

    async def _attendre(self, requete: str, valeurs: tuple[object, ...], *, attendu: bool) -> None:
        pause = PAUSE
        while True:
            async with transaction(self.moteur, INTERNE) as connexion:
                if await connexion.pilote.fetchval(requete, *valeurs) is attendu:
                    return
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, PAUSE_MAXIMALE)

    async def _publier(self, jusqua: datetime) -> None:
        producteur = await self.relais.obtenir_producteur()
        partitions = sorted(await producteur.partitions_for(self.sujet))
        charge = orjson.dumps({"jusqua": jusqua, "partitions": len(partitions)})
        attentes = [
            await producteur.send(
                self.sujet,
                value=charge,
                partition=partition,
                headers=en_tetes_de_jalon(self.sujet, partition, jusqua),
            )
            for partition in partitions
        ]
        async with asyncio.timeout(ATTENTE):
            await asyncio.gather(*attentes)
