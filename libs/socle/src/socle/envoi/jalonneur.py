"""Les jalons : « tous les faits enregistrés avant T sont partis », dit sur chaque partition.

Annoncer T, puis seulement relever la borne des transactions : toute écriture qui a pu lire une
heure antérieure à T a déjà son identifiant de transaction (elle le reçoit en commençant, avant
de lire l'heure). Quand toutes celles-là sont finies et qu'aucun fait d'avant T ne reste à envoyer,
T peut partir. Une écriture plus tardive voit l'annonce et s'enregistre à T ou après. Aucune
écriture n'attend.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from noyau import Horloge
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.bus.enveloppe import en_tetes_de_jalon
from socle.envoi.relais import Relais

ATTENTE = 5.0
PAUSE = 0.02
PAUSE_MAXIMALE = 0.5
REPOS = timedelta(seconds=5)
"""Heure d'affaires entre deux jalons, quand aucun fait ne part."""

# Tant qu'un fait de ce sujet est écarté, nul jalon ne peut promettre qu'il est parti.
_ANNONCER = """
INSERT INTO socle_jalon_annonce AS j (sujet, jusqua)
SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM socle_ecartes WHERE sujet = $1)
ON CONFLICT (sujet) DO UPDATE SET jusqua = greatest(j.jusqua, excluded.jusqua) RETURNING jusqua
"""
# Un identifiant neuf, et non l'xmax du cliché : l'xmax ne dépasse que les transactions FINIES, et
# laisserait passer une écriture commencée pendant l'annonce, sur une machine à l'heure en retard.
# D'un même cliché : ce que les transactions finies ont laissé s'y voit tout entier.
_PARTIS = """
SELECT b.borne::text::bigint AS borne,
       pg_snapshot_xmin(pg_current_snapshot()) >= b.borne
       AND NOT EXISTS (SELECT 1 FROM socle_outbox WHERE sujet = $1 AND enregistre_le < $2) AS partis
FROM (SELECT coalesce($3::bigint::text::xid8, pg_current_xact_id()) AS borne) AS b
"""


@dataclass(slots=True)
class Jalonneur:
    """Publie les jalons d'un sujet; deux réplicas ensemble redisent le même, ou un plus vieux."""

    moteur: Moteur
    relais: Relais
    sujet: str
    horloge: Horloge
    attente: float = ATTENTE
    """Secondes accordées aux écritures en cours avant de remettre le jalon à plus tard."""
    dernier: datetime | None = None
    _portes: int = -1

    async def guetter(self) -> bool:
        """Vrai si un jalon dirait du neuf : un fait est parti d'ici, ou l'heure a avancé."""
        if self.dernier is None or self._portes != self.relais.portes:
            return self.horloge() != self.dernier
        return abs(self.horloge() - self.dernier) >= REPOS

    async def faire(self) -> int:
        """Tente un jalon; remis à plus tard si des écritures traînent ou si un fait est écarté."""
        instant, portes = self.horloge(), self.relais.portes
        async with transaction(self.moteur, INTERNE) as connexion:
            jusqua = await connexion.pilote.fetchval(_ANNONCER, self.sujet, instant)
        if jusqua is None:
            return 0
        try:
            async with asyncio.timeout(self.attente):
                await self._attendre_partis(jusqua)
        except TimeoutError:
            return 0
        await self._publier(jusqua)
        self.dernier, self._portes = instant, portes
        return 0

    async def _attendre_partis(self, jusqua: datetime) -> None:
        """Attend que les écritures d'avant l'annonce soient finies, et leurs faits partis."""
        pause, borne = PAUSE, None
        while True:
            async with transaction(self.moteur, INTERNE) as connexion:
                ligne = await connexion.pilote.fetchrow(_PARTIS, self.sujet, jusqua, borne)
            if ligne["partis"]:
                return
            borne = ligne["borne"]
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
