"""Le relais : porte la boîte d'envoi au bus, dans l'ordre de chaque agrégat.

Chaque tour prend des fragments par verrou consultatif de transaction, lit leurs lignes
dans l'ordre, les envoie en rafale, attend les accusés un temps borné, supprime ce qui est accusé.
Le verrou tombe avec la transaction : un relais tué ou figé rend ses fragments sans qu'on y touche.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
import orjson
import structlog
from aiokafka import AIOKafkaProducer
from opentelemetry.trace import SpanKind
from sqlalchemy.ext.asyncio import AsyncEngine

from socle.bd.moteur import brute
from socle.bd.pannes import est_panne
from socle.bd.transaction import INTERNE, transaction
from socle.bus.enveloppe import Enveloppe, en_tetes_binaires
from socle.bus.kafka import ReglagesBus, nouveau_producteur
from socle.envoi.depot import FRAGMENTS
from socle.exploitation.arret import Arret, annulation_voulue
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.exploitation.traces import etape
from socle.injection_fautes import point

LOT = 500
FRAGMENTS_PAR_TOUR = 24
ATTENTE_ACCUSES = 7.0
PAUSE = 0.05
PAUSE_PANNE = 0.5
ESPACE_VERROUS = 7_262

_PRENDRE = """
WITH candidates AS MATERIALIZED (
  SELECT n FROM generate_series(0, $3 - 1) AS n
  WHERE EXISTS (SELECT 1 FROM socle_outbox o WHERE o.fragment = n)
  ORDER BY random() LIMIT $1
)
SELECT n FROM candidates WHERE pg_try_advisory_xact_lock($2, n)
"""
_LIRE = "SELECT * FROM socle_outbox WHERE fragment = ANY($1::smallint[]) ORDER BY id LIMIT $2"
_SUPPRIMER = "DELETE FROM socle_outbox WHERE id = ANY($1::bigint[])"
_COMPTER_ECHECS = """
UPDATE socle_outbox SET tentatives = tentatives + 1, derniere_erreur = $2
WHERE id = ANY($1::bigint[])
"""
_CHAMPS = ("type", "version", "survenu_le", "enregistre_le", "sequence", "sujet", "cle")
"""Les colonnes qui portent le nom du champ d'`Enveloppe` qu'elles donnent."""

journal = structlog.get_logger()


class RelaisArrete(Exception):
    """Le relais a fermé son producteur pour de bon."""


@dataclass(slots=True)
class Relais:
    """La boucle du relais d'un service; plusieurs réplicas se partagent les fragments."""

    moteur: AsyncEngine
    bus: ReglagesBus
    nom: str
    sante: Sante
    mesures: Mesures
    producteur: AIOKafkaProducer | None = None
    _ouverture: asyncio.Lock = field(default_factory=asyncio.Lock)
    _arrete: bool = False

    async def tourner(self, arret: Arret) -> None:
        """Porte les faits jusqu'à l'arrêt; une panne se retente sans fin et se voit."""
        try:
            while not arret.demande:
                try:
                    envoyees = await self.tour()
                    self.sante.battre("relais")
                except (Exception, asyncio.CancelledError) as erreur:  # survit à tout, et le dit
                    if annulation_voulue(erreur):
                        raise
                    await self.jeter_producteur()
                    self.sante.signaler("relais", type(erreur).__name__)
                    journal.warning("relais.panne", exc_info=erreur, panne=est_panne(erreur))
                    await arret.attendre(PAUSE_PANNE)
                    continue
                if not envoyees:
                    await arret.attendre(PAUSE)
        finally:
            self._arrete = True
            await self.jeter_producteur()

    async def tour(self) -> int:
        """Envoie un lot; rend le nombre de faits accusés."""
        producteur = await self.obtenir_producteur()
        async with transaction(self.moteur, INTERNE) as connexion:
            pilote = brute(connexion)
            bornes = (FRAGMENTS_PAR_TOUR, ESPACE_VERROUS, FRAGMENTS)
            tenus = [r["n"] for r in await pilote.fetch(_PRENDRE, *bornes)]
            lignes = await pilote.fetch(_LIRE, tenus, LOT) if tenus else []
            if not lignes:
                return 0
            point("avant_envoi")
            with etape("relais", SpanKind.PRODUCER):
                erreurs = await self._envoyer(producteur, lignes)
            point("apres_envoi")
            accuses = _accuses_en_ordre(lignes, erreurs)
            await pilote.execute(_SUPPRIMER, accuses)
            if erreurs:
                raison = next(iter(erreurs.values()))[:500]
                await pilote.execute(_COMPTER_ECHECS, list(erreurs), raison)
                await self.jeter_producteur()
        self.mesures.relayes.inc(len(accuses))
        point("entre_lots")
        return len(accuses)

    async def _envoyer(
        self, producteur: AIOKafkaProducer, lignes: Sequence[asyncpg.Record]
    ) -> dict[int, str]:
        """Envoie en rafale; rend les lignes sans accusé, avec la raison."""
        attentes = [
            await producteur.send(
                ligne["sujet"],
                key=ligne["cle"].encode(),
                value=ligne["charge"],
                headers=_en_tetes(ligne),
            )
            for ligne in lignes
        ]
        # Un envoi idempotent peut rester sans réponse bien après ses propres délais.
        _, en_suspens = await asyncio.wait(attentes, timeout=ATTENTE_ACCUSES)
        erreurs: dict[int, str] = {}
        for ligne, attente in zip(lignes, attentes, strict=True):
            if attente in en_suspens:
                erreurs[ligne["id"]] = "aucun accusé du bus dans le délai"
                attente.add_done_callback(_taire)
            elif (echec := attente.exception()) is not None:
                erreurs[ligne["id"]] = repr(echec)
        return erreurs

    async def obtenir_producteur(self) -> AIOKafkaProducer:
        """Le producteur en service, neuf au besoin, partagé; lève `RelaisArrete` une fois fermé."""
        async with self._ouverture:
            if self._arrete:
                raise RelaisArrete
            if self.producteur is None:
                producteur = nouveau_producteur(self.bus, self.nom)
                try:
                    await asyncio.wait_for(producteur.start(), 10)
                except BaseException:
                    await _fermer(producteur)
                    raise
                self.producteur = producteur
            return self.producteur

    async def jeter_producteur(self) -> None:
        """Abandonne le producteur : le prochain tour en ouvrira un neuf."""
        async with self._ouverture:
            producteur, self.producteur = self.producteur, None
            if producteur is not None:
                await _fermer(producteur)


async def _fermer(producteur: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producteur.stop(), 2)
    except (Exception, asyncio.CancelledError) as erreur:  # jeté : ce qu'il dit ne compte plus
        if annulation_voulue(erreur):
            raise
        journal.info("relais.producteur_jete", erreur=type(erreur).__name__)


def _taire(attente: "asyncio.Future[object]") -> None:
    if not attente.cancelled():
        attente.exception()


def _accuses_en_ordre(lignes: Sequence[asyncpg.Record], erreurs: dict[int, str]) -> list[int]:
    """Les lignes accusées dont aucune précédente de la même clé n'a échoué."""
    bloquees: set[tuple[str, str]] = set()
    accuses: list[int] = []
    for ligne in lignes:
        cle = (ligne["sujet"], ligne["cle"])
        if ligne["id"] in erreurs or cle in bloquees:
            bloquees.add(cle)
        else:
            accuses.append(ligne["id"])
    return accuses


def _en_tetes(ligne: asyncpg.Record) -> list[tuple[str, bytes]]:
    champs = {nom: ligne[nom] for nom in _CHAMPS}
    enveloppe = Enveloppe(id=ligne["evenement_id"], **champs)
    return en_tetes_binaires(enveloppe, orjson.loads(ligne["en_tetes"]))
