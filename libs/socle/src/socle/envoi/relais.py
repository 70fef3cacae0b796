"""Le relais : porte la boîte d'envoi au bus, dans l'ordre de chaque agrégat.

Chaque tour prend des fragments par verrou consultatif de transaction, lit leurs lignes
dans l'ordre, les envoie en rafale, attend les accusés un temps borné, supprime ce qui est accusé.
Le verrou tombe avec la transaction : un relais tué ou figé rend ses fragments sans qu'on y touche.
Une ligne que rien ne ferait partir est écartée, avec sa raison; le reste de sa clé attend.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTimestampError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from opentelemetry.trace import SpanKind

from socle.bd.moteur import Moteur
from socle.bd.pannes import est_panne
from socle.bd.transaction import INTERNE, transaction
from socle.bus.enveloppe import Enveloppe, en_tetes_binaires
from socle.bus.kafka import ReglagesBus, nouveau_producteur
from socle.envoi.depot import FRAGMENTS
from socle.exploitation.arret import Arret, annulation_voulue
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.exploitation.traces import du_bus, etape
from socle.injection_fautes import point

LOT = 500
FRAGMENTS_PAR_TOUR = 24
ATTENTE_ACCUSES = 7.0
PAUSE = 0.02
PAUSE_REPOS = 0.25
"""Secondes entre deux regards : la pause double tant que rien n'est dû, jusqu'à celle du repos."""
PAUSE_PANNE = 0.5
ISOLEMENT = 3.0
"""Secondes données à l'isolement d'une ligne refusée, dans la transaction du tour."""
SUJET_ABSENT = 30.0
"""Secondes avant de réessayer un sujet que le bus ne montre pas."""
CLE_DITE = 120
"""Caractères d'une clé dans un journal."""
ESPACE_VERROUS = 7_262

# Une clé dont une ligne est écartée attend tout entière; un sujet que le bus ne montre pas, aussi.
_DUE = """
NOT EXISTS (SELECT 1 FROM socle_ecartes e WHERE (e.sujet, e.cle) = (o.sujet, o.cle))
AND o.sujet <> ALL($1::text[])
"""
_DU = f"SELECT EXISTS (SELECT 1 FROM socle_outbox o WHERE {_DUE})"  # noqa: S608 -- un texte fixe
_PRENDRE = f"""
WITH candidates AS MATERIALIZED (
  SELECT n FROM generate_series(0, $4 - 1) AS n
  WHERE EXISTS (SELECT 1 FROM socle_outbox o WHERE o.fragment = n AND {_DUE})
  ORDER BY random() LIMIT $2
)
SELECT n FROM candidates WHERE pg_try_advisory_xact_lock($3, n)
"""  # noqa: S608 -- un texte fixe
_LIRE = f"""
SELECT * FROM socle_outbox o WHERE o.fragment = ANY($2::smallint[]) AND {_DUE}
ORDER BY o.id LIMIT $3
"""  # noqa: S608 -- un texte fixe
_SUPPRIMER = "DELETE FROM socle_outbox WHERE id = ANY($1::bigint[])"
_COMPTER_ECHECS = """
UPDATE socle_outbox SET tentatives = tentatives + 1, derniere_erreur = $2
WHERE id = ANY($1::bigint[])
"""
_ECARTER = """
INSERT INTO socle_ecartes (outbox_id, sujet, cle, raison, ecarte_le)
VALUES ($1, $2, $3, $4, clock_timestamp()) ON CONFLICT DO NOTHING
"""
_CHAMPS = ("type", "version", "survenu_le", "enregistre_le", "sequence", "sujet", "cle")
"""Les colonnes qui portent le nom du champ d'`Enveloppe` qu'elles donnent."""

journal = structlog.get_logger()

Future = asyncio.Future[object]

REFUS_DU_BUS = (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    InvalidTimestampError,
    PolicyViolationError,
)
"""Ce que le bus reproche à la ligne même. Tout le reste est une panne, qui n'écarte jamais rien."""

SUJET_FERME = (UnknownTopicOrPartitionError, InvalidTopicError, TopicAuthorizationFailedError)
"""Le sujet manque, ou nous est refusé : à l'exploitant d'y voir; la ligne n'est pas en cause."""


class LigneRefusee(Exception):
    """La ligne ne peut partir, pour une raison qui est la sienne."""


@dataclass(slots=True)
class Bilan:
    """Ce qu'un lot est devenu; ce qui n'y est pas attend le prochain tour."""

    accuses: list[int] = field(default_factory=list)
    echecs: dict[int, str] = field(default_factory=dict)
    """Sans accusé, par une panne du bus."""
    suspectes: list[tuple[asyncpg.Record, str]] = field(default_factory=list)
    """D'un paquet que le bus refuse; au plus une par clé."""
    refus: list[tuple[asyncpg.Record, str]] = field(default_factory=list)
    """À écarter, avec la raison."""


class RelaisArrete(Exception):
    """Le relais a fermé son producteur pour de bon."""


@dataclass(slots=True)
class Relais:
    """La boucle du relais d'un service; plusieurs réplicas se partagent les fragments."""

    moteur: Moteur
    bus: ReglagesBus
    nom: str
    sante: Sante
    mesures: Mesures
    producteur: AIOKafkaProducer | None = None
    portes: int = 0
    """Combien de faits sont partis d'ici."""
    _fermes: dict[str, float] = field(default_factory=dict)
    _ouverture: asyncio.Lock = field(default_factory=asyncio.Lock)
    _arrete: bool = False

    async def tourner(self, arret: Arret) -> None:
        """Porte les faits jusqu'à l'arrêt; une panne se retente sans fin et se voit."""
        pause = 0.0
        try:
            while not arret.demande:
                try:
                    envoyees = await self.tour() if not pause or await self._du() else 0
                    self.sante.battre("relais")
                except (Exception, asyncio.CancelledError) as erreur:  # survit à tout, et le dit
                    if annulation_voulue(erreur):
                        raise
                    await self.jeter_producteur()
                    raison = type(erreur).__name__
                    self.sante.signaler("relais", raison)
                    panne = est_panne(erreur)
                    journal.warning("relais.panne", exc_info=erreur, raison=raison, panne=panne)
                    await arret.attendre(PAUSE_PANNE)
                    continue
                pause = 0.0 if envoyees else min(2 * pause or PAUSE, PAUSE_REPOS)
                if pause:
                    await arret.attendre(pause)
        finally:
            self._arrete = True
            await self.jeter_producteur()

    async def _du(self) -> bool:
        """Vrai si un fait est à envoyer : une instruction seule, hors transaction."""
        async with self.moteur.emprunter() as connexion:
            return bool(await connexion.pilote.fetchval(_DU, self._absents()))

    async def tour(self) -> int:
        """Envoie un lot; rend le nombre de faits accusés ou écartés."""
        producteur = await self.obtenir_producteur()
        async with transaction(self.moteur, INTERNE) as connexion:
            pilote = connexion.pilote
            absents = self._absents()
            bornes = (absents, FRAGMENTS_PAR_TOUR, ESPACE_VERROUS, FRAGMENTS)
            tenus = [r["n"] for r in await pilote.fetch(_PRENDRE, *bornes)]
            lignes = await pilote.fetch(_LIRE, absents, tenus, LOT) if tenus else []
            if not lignes:
                return 0
            point("avant_envoi")
            sujet = lignes[0]["sujet"]
            dits = du_bus("send", sujet, len(lignes))
            with etape(f"send {sujet}", SpanKind.PRODUCER, None, dits):
                bilan = await self._envoyer(producteur, lignes)
                await self._isoler(bilan)
            point("apres_envoi")
            await pilote.execute(_SUPPRIMER, bilan.accuses)
            for ligne, raison in bilan.refus:
                await self._ecarter(pilote, ligne, raison)
            if bilan.echecs:
                raison = next(iter(bilan.echecs.values()))[:500]
                await pilote.execute(_COMPTER_ECHECS, list(bilan.echecs), raison)
                journal.warning("relais.sans_accuse", lignes=len(bilan.echecs), raison=raison)
                await self.jeter_producteur()
        self.portes += len(bilan.accuses)
        self.mesures.relayes.inc(len(bilan.accuses))
        point("entre_lots")
        return len(bilan.accuses) + len(bilan.refus)

    async def _envoyer(
        self, producteur: AIOKafkaProducer, lignes: Sequence[asyncpg.Record]
    ) -> Bilan:
        """Envoie en rafale et attend les accusés; derrière une ligne refusée, sa clé attend."""
        bilan, attentes, retenus = Bilan(), dict[Future, asyncpg.Record](), set[tuple[str, str]]()
        for ligne in lignes:
            if (cle := _cle(ligne)) in retenus or ligne["sujet"] in self._fermes:
                continue
            try:
                attentes[await _remettre(producteur, ligne)] = ligne
            except LigneRefusee as refus:
                bilan.refus.append((ligne, str(refus)))
                retenus.add(cle)
            except SUJET_FERME as erreur:
                bilan.echecs[ligne["id"]] = self._fermer_sujet(ligne, erreur)
        # Un envoi idempotent peut rester sans réponse bien après ses propres délais.
        if attentes:
            await asyncio.wait(attentes, timeout=ATTENTE_ACCUSES)
        retenus.clear()
        for attente, ligne in attentes.items():
            if _cle(ligne) in retenus:
                attente.add_done_callback(_taire)
            elif not self._recevoir(attente, ligne, bilan):
                retenus.add(_cle(ligne))
        return bilan

    def _recevoir(self, attente: Future, ligne: asyncpg.Record, bilan: Bilan) -> bool:
        """Range la réponse du bus à une ligne; faux si elle n'est pas accusée."""
        if not attente.done():
            bilan.echecs[ligne["id"]] = "aucun accusé du bus dans le délai"
            attente.add_done_callback(_taire)
        elif (echec := attente.exception()) is None:
            bilan.accuses.append(ligne["id"])
            return True
        elif isinstance(echec, REFUS_DU_BUS):
            bilan.suspectes.append((ligne, raison_du_refus(echec)))
        elif isinstance(echec, SUJET_FERME):
            bilan.echecs[ligne["id"]] = self._fermer_sujet(ligne, echec)
        else:
            bilan.echecs[ligne["id"]] = repr(echec)
        return False

    async def _isoler(self, bilan: Bilan) -> None:
        """Repasse seule chaque ligne d'un paquet que le bus refuse, jusqu'à celle qu'il refuse.

        Le bus refuse un paquet entier pour une seule de ses lignes, et le producteur n'y survit
        pas : les autres ne sont pas en cause.
        """
        if not bilan.suspectes:
            return
        await self.jeter_producteur()
        limite = time.monotonic() + ISOLEMENT
        for ligne, raison in bilan.suspectes:
            seule = await self._envoyer(await self.obtenir_producteur(), [ligne])
            bilan.accuses += seule.accuses
            bilan.echecs |= seule.echecs
            if seule.suspectes:
                bilan.refus.append((ligne, raison))
            if not seule.accuses:
                await self.jeter_producteur()
            if not seule.accuses or time.monotonic() > limite:
                return

    async def _ecarter(
        self, pilote: asyncpg.Connection, ligne: asyncpg.Record, raison: str
    ) -> None:
        """Écarte une ligne qui ne peut partir : sa clé attend un opérateur, les autres vont."""
        await pilote.execute(_ECARTER, ligne["id"], ligne["sujet"], ligne["cle"], raison)
        self.mesures.envois_ecartes.inc()
        journal.error(
            "relais.ligne_ecartee",
            sujet=ligne["sujet"],
            cle=ligne["cle"][:CLE_DITE],
            sequence=ligne["sequence"],
            evenement=str(ligne["evenement_id"]),
            raison=raison,
        )

    def _fermer_sujet(self, ligne: asyncpg.Record, erreur: BaseException) -> str:
        """Laisse un moment de côté un sujet que le bus ne montre pas : les autres vont."""
        sujet = ligne["sujet"]
        self._fermes[sujet] = time.monotonic() + SUJET_ABSENT
        raison = f"le bus ne reçoit pas le sujet {sujet} ({type(erreur).__name__})"
        journal.error("relais.sujet_ferme", sujet=sujet, raison=raison)
        return raison

    def _absents(self) -> list[str]:
        """Les sujets à ne pas encore réessayer."""
        maintenant = time.monotonic()
        self._fermes = {s: limite for s, limite in self._fermes.items() if limite > maintenant}
        return sorted(self._fermes)

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


def _taire(attente: Future) -> None:
    if not attente.cancelled():
        attente.exception()


def _cle(ligne: asyncpg.Record) -> tuple[str, str]:
    return ligne["sujet"], ligne["cle"]


async def _remettre(producteur: AIOKafkaProducer, ligne: asyncpg.Record) -> Future:
    """Remet une ligne au producteur; lève `LigneRefusee` si c'est d'elle que vient le refus."""
    try:
        en_tetes = _en_tetes(ligne)
    except (ValueError, TypeError, AttributeError, OverflowError) as erreur:
        raise LigneRefusee(raison_du_refus(erreur)) from erreur
    try:
        envoi: Future = await producteur.send(
            ligne["sujet"], key=ligne["cle"].encode(), value=ligne["charge"], headers=en_tetes
        )
    except (*REFUS_DU_BUS, ValueError, TypeError, OverflowError) as erreur:
        raise LigneRefusee(raison_du_refus(erreur)) from erreur
    return envoi


def _en_tetes(ligne: asyncpg.Record) -> list[tuple[str, bytes]]:
    champs = {nom: ligne[nom] for nom in _CHAMPS}
    enveloppe = Enveloppe(id=ligne["evenement_id"], **champs)
    return en_tetes_binaires(enveloppe, orjson.loads(ligne["en_tetes"]))


def raison_du_refus(erreur: BaseException) -> str:
    """Pourquoi une ligne ne peut partir, en peu de mots."""
    if isinstance(erreur, (MessageSizeTooLargeError, RecordListTooLargeError)):
        return "trop gros pour le bus, clé et en-têtes compris"
    dite = f"{type(erreur).__name__} : {erreur}"[:500]
    return dite.replace("\0", "\N{REPLACEMENT CHARACTER}")  # la base refuse l'octet nul
