"""Réaligner une base restaurée à un instant passé avec le bus, qui en sait plus qu'elle.

Le bus garde ce que le service a publié depuis cet instant. Sans réalignement, ses faits neufs
reprendraient des numéros déjà pris, et qui les écoute les écarterait comme dépassés; ce qu'il
avait reçu depuis serait perdu, la position de son groupe étant au-delà.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from noyau import Acteur
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.bus.enveloppe import TYPE_JALON, Message, instant_lu
from socle.bus.kafka import ReglagesBus, message_de, nouveau_consommateur
from socle.execution.audit import EntreeAudit, inscrire
from socle.reception.jalons import dernier_annonce
from socle.reception.reception import Reception
from socle.reception.reconstruction import poser_positions

LOT: Final = 500
MARGE: Final = timedelta(minutes=5)
"""Ce que l'on relit d'avant l'instant dit : l'écart permis entre deux horloges, et plus."""

# Qui écrit une clé verrouille sa ligne jusqu'au COMMIT : le rang lu ne recule plus.
_RANGS = """
SELECT cle, derniere FROM socle_sequences WHERE sujet = $1 AND cle = ANY($2::text[])
"""
_AVANCER = """
INSERT INTO socle_sequences AS s (sujet, cle, derniere)
SELECT $1, cle, derniere FROM unnest($2::text[], $3::bigint[]) AS k(cle, derniere) ORDER BY cle
ON CONFLICT (sujet, cle) DO UPDATE SET derniere = greatest(s.derniere, excluded.derniere)
"""
_DEJA_PARTIS = """
WITH p AS (
  DELETE FROM socle_outbox WHERE sujet = $1 AND evenement_id = ANY($2::uuid[]) RETURNING id
), e AS (DELETE FROM socle_ecartes USING p WHERE outbox_id = p.id)
SELECT count(*) FROM p
"""
_ANNONCER = """
INSERT INTO socle_jalon_annonce AS j (sujet, jusqua) VALUES ($1, $2)
ON CONFLICT (sujet) DO UPDATE SET jusqua = greatest(j.jusqua, excluded.jusqua)
"""
_RECUS = "SELECT sujet, partition, jusqua FROM socle_jalons WHERE sujet = ANY($1::text[])"


@dataclass(frozen=True, slots=True)
class Realigne:
    """Quel service, et ce qu'il publie et lit."""

    groupe: str
    sujet: str
    sujets_lus: Sequence[str]
    depuis: datetime | None
    """L'instant restauré, heure système; absent : les sujets se relisent tout entiers."""

    @property
    def debut(self) -> datetime | None:
        """D'où se relit ce que le service publie."""
        return None if self.depuis is None else self.depuis - MARGE


@dataclass(slots=True)
class Bilan:
    """Ce qu'un réalignement a trouvé et fait."""

    lus: int = 0
    orphelins: int = 0
    """Les faits que le bus garde, et que la base ne sait plus."""
    deja_partis: int = 0
    """Les lignes de la boîte d'envoi que le bus avait déjà : elles n'y repartent pas."""
    jalon: datetime | None = None
    relus: dict[str, int] = field(default_factory=dict)
    """Par sujet écouté, combien de messages le consommateur relira."""


async def realigner(
    moteur: Moteur,
    vise: Realigne,
    orphelins: Reception,
    bus: ReglagesBus,
    dire: Callable[[Message], None],
    auteur: str,
) -> Bilan:
    """Remet la base d'accord avec le bus; `dire` reçoit chaque orphelin, dans l'ordre de sa clé.

    L'audit garde le geste et son `auteur`.
    Nul rôle du service ne doit tourner. Interrompu, se relance sans dommage : ce qui est compté
    l'est une fois, et la position du groupe se pose à la fin. Lève ce que lève `orphelins`.
    """
    bilan = Bilan()
    async for lot in _relire(bus, vise):
        await _aligner_lot(moteur, vise.sujet, lot, orphelins, bilan, dire)
    async with transaction(moteur, INTERNE) as connexion:
        if bilan.jalon is not None:
            await connexion.pilote.execute(_ANNONCER, vise.sujet, bilan.jalon)
    if vise.sujets_lus:
        await _reculer(moteur, vise, bus, bilan)
    await _auditer(moteur, vise, orphelins, bilan, auteur)
    return bilan


async def _relire(bus: ReglagesBus, vise: Realigne) -> AsyncIterator[list[Message]]:
    """Le sujet propre, du début voulu jusqu'à sa fin d'à présent."""
    lecteur = nouveau_consommateur(bus, [vise.sujet], None)
    await lecteur.start()
    try:
        debuts, fins = await _bornes(lecteur, [vise.sujet], lambda _: vise.debut)
        for partition, debut in debuts.items():
            lecteur.seek(partition, debut)
        restantes = {p for p in fins if debuts[p] < fins[p]}
        while restantes:
            lots = await lecteur.getmany(timeout_ms=500, max_records=LOT)
            yield [message_de(r) for lot in lots.values() for r in lot]
            restantes = {p for p in restantes if await lecteur.position(p) < fins[p]}
    finally:
        await lecteur.stop()


async def _bornes(
    lecteur: AIOKafkaConsumer,
    sujets: Sequence[str],
    depuis: Callable[[TopicPartition], datetime | None],
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
    """Le début de chaque partition, à l'instant voulu, et sa fin d'à présent."""
    partitions = [
        TopicPartition(sujet, numero)
        for sujet in sujets
        for numero in sorted(lecteur.partitions_for_topic(sujet) or ())
    ]
    lecteur.unsubscribe()
    lecteur.assign(partitions)
    premiers: dict[TopicPartition, int] = await lecteur.beginning_offsets(partitions)
    fins: dict[TopicPartition, int] = await lecteur.end_offsets(partitions)
    voulus = {p: instant for p in partitions if (instant := depuis(p)) is not None}
    if voulus:
        instants = {p: int(instant.timestamp() * 1000) for p, instant in voulus.items()}
        trouves = await lecteur.offsets_for_times(instants)
        # Rien depuis cet instant : il n'y a rien à relire de cette partition.
        premiers |= {p: o.offset if o is not None else fins[p] for p, o in trouves.items()}
    return premiers, fins


async def _aligner_lot(
    moteur: Moteur,
    sujet: str,
    lot: Sequence[Message],
    orphelins: Reception,
    bilan: Bilan,
    dire: Callable[[Message], None],
) -> None:
    faits = [m for m in lot if m.type != TYPE_JALON and m.sequence]
    bilan.lus += len(faits)
    bilan.jalon = max(filter(None, (bilan.jalon, _jalon(lot))), default=None)
    if not faits:
        return
    async with transaction(moteur, INTERNE) as connexion:
        perdus = await _inconnus(connexion.pilote, sujet, faits)
    # Avant d'avancer les rangs : interrompu entre les deux, on les retrouverait orphelins.
    await orphelins.traiter(perdus)
    async with transaction(moteur, INTERNE, ecriture=True) as connexion:
        pilote = connexion.pilote
        rangs = _derniers(faits)
        await pilote.execute(_AVANCER, sujet, list(rangs), list(rangs.values()))
        partis = [m.identifiant for m in faits]
        bilan.deja_partis += await pilote.fetchval(_DEJA_PARTIS, sujet, partis)
    bilan.orphelins += len(perdus)
    for message in perdus:
        dire(message)


async def _inconnus(
    pilote: asyncpg.Connection, sujet: str, faits: Sequence[Message]
) -> list[Message]:
    """Ceux dont le rang dépasse ce que la base sait de leur clé."""
    cles = sorted({m.cle for m in faits})
    rangs = {r["cle"]: r["derniere"] for r in await pilote.fetch(_RANGS, sujet, cles)}
    return [m for m in faits if m.sequence > rangs.get(m.cle, 0)]


def _derniers(faits: Iterable[Message]) -> dict[str, int]:
    rangs: dict[str, int] = {}
    for message in faits:
        rangs[message.cle] = max(rangs.get(message.cle, 0), message.sequence)
    return rangs


def _jalon(lot: Iterable[Message]) -> datetime | None:
    """Le dernier jalon de ce lot; d'un illisible, rien."""
    dits = [m for m in lot if m.type == TYPE_JALON]
    instants = []
    for message in dits:
        try:
            instants.append(instant_lu(orjson.loads(message.charge)["jusqua"]))
        except (ValueError, TypeError, KeyError):
            continue
    return max(instants, default=None)


async def _reculer(moteur: Moteur, vise: Realigne, bus: ReglagesBus, bilan: Bilan) -> None:
    """Ramène la position du groupe à ce que la base a reçu : au plus tôt, son dernier jalon."""
    async with transaction(moteur, INTERNE) as connexion:
        lignes = await connexion.pilote.fetch(_RECUS, list(vise.sujets_lus))
    recus = {TopicPartition(r["sujet"], r["partition"]): r["jusqua"] for r in lignes}

    def depuis(partition: TopicPartition) -> datetime | None:
        # Le groupe était peut-être en retard à l'instant restauré; sans jalon, on ne sait de rien.
        if vise.debut is None or partition not in recus:
            return None
        recu: datetime = recus[partition]
        return min(vise.debut, recu - MARGE)

    lecteur = nouveau_consommateur(bus, vise.sujets_lus, None)
    await lecteur.start()
    try:
        positions, fins = await _bornes(lecteur, vise.sujets_lus, depuis)
    finally:
        await lecteur.stop()
    await poser_positions(bus, vise.groupe, positions)
    for partition, position in positions.items():
        sujet = partition.topic
        bilan.relus[sujet] = bilan.relus.get(sujet, 0) + fins[partition] - position


_RANG_CONNU = "SELECT derniere >= $3 FROM socle_sequences WHERE (sujet, cle) = ($1, $2)"
_JALON_CONNU = "SELECT jusqua >= $2 FROM socle_jalon_annonce WHERE sujet = $1"


async def devancee(moteur: Moteur, bus: ReglagesBus, sujet: str) -> str | None:
    """Ce que le bus sait de nous et que notre base ne sait pas : elle vient d'une sauvegarde.

    Rien si elle est à jour. Le bus se lit d'abord : un autre réplica peut publier entre-temps.
    """
    for message in await _derniers_de(bus, sujet):
        async with transaction(moteur, INTERNE) as connexion:
            pilote = connexion.pilote
            if message.type == TYPE_JALON:
                jalon = _jalon([message])
                connu = jalon is None or await pilote.fetchval(_JALON_CONNU, sujet, jalon)
            else:
                rang = (sujet, message.cle, message.sequence)
                connu = not message.sequence or await pilote.fetchval(_RANG_CONNU, *rang)
        if not connu:
            return f"le bus sait de {sujet} ce que la base ne sait plus : lancez « realigner »"
    return None


async def retard(bus: ReglagesBus, groupe: str, sujets: Sequence[str]) -> int:
    """Combien de messages de ces sujets le groupe n'a pas encore traités."""
    lecteur = nouveau_consommateur(bus, sujets, None)
    # Il n'entre pas dans le groupe, et n'en dérange aucun membre : il en lit les positions.
    membre = nouveau_consommateur(bus, (), groupe)
    await lecteur.start()
    try:
        await membre.start()
        premiers, fins = await _bornes(lecteur, sujets, lambda _: None)
        membre.assign(list(fins))
        positions = {p: await membre.committed(p) for p in fins}
        return sum(fins[p] - (positions[p] or premiers[p]) for p in fins)
    finally:
        await membre.stop()
        await lecteur.stop()


async def _derniers_de(bus: ReglagesBus, sujet: str) -> list[Message]:
    """Le dernier message de chaque partition qui en a."""
    lecteur = nouveau_consommateur(bus, [sujet], None)
    await lecteur.start()
    try:
        premiers, fins = await _bornes(lecteur, [sujet], lambda _: None)
        vus: dict[TopicPartition, Message] = {}
        restantes = {p: fin - 1 for p, fin in fins.items() if fin > premiers[p]}
        for partition, derniere in restantes.items():
            lecteur.seek(partition, derniere)
        lecteur.pause(*(p for p in fins if p not in restantes))
        while restantes.keys() - vus:
            for partition, lot in (await lecteur.getmany(timeout_ms=500)).items():
                vus[partition] = message_de(lot[-1])
        return list(vus.values())
    finally:
        await lecteur.stop()


async def _auditer(
    moteur: Moteur, vise: Realigne, reception: Reception, bilan: Bilan, auteur: str
) -> None:
    depuis = "le début" if vise.depuis is None else vise.depuis.isoformat()
    objet = (
        f"{vise.sujet} relu depuis {depuis} : {bilan.orphelins} faits que la base ne savait plus,"
        f" {bilan.deja_partis} déjà partis"
    )
    empreinte = sha256(objet.encode()).digest()
    entree = EntreeAudit(auteur, "*", "realigner", objet, empreinte)
    async with transaction(moteur, INTERNE, ecriture=True) as connexion:
        pilote = connexion.pilote
        deroulement = reception.executeur.deroulement
        acte = deroulement.acte(Acteur(entree.acteur), await dernier_annonce(pilote))
        await inscrire(pilote, entree, acte.le)
