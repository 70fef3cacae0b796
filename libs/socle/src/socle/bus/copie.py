"""La copie d'un sujet du bus, par tranches, et son retour octet pour octet, position pour position.

Une tranche est un fichier gzip : une ligne qui dit de quelle position à quelle autre elle va, par
partition, puis une ligne JSON par message. Elle porte ce que la précédente n'avait pas; elle paraît
entière, ou pas du tout. Rendu, un message a sa partition, sa position, son heure et ses en-têtes :
les positions des groupes valent encore.
"""

import gzip
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path
from typing import Any, Self

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from socle.bus.kafka import ReglagesBus, nouveau_consommateur, nouveau_producteur

LOT = 500
_SUFFIXE = ".jsonl.gz"
Positions = Mapping[int, int]


class CopieRefusee(Exception):
    """La copie ne peut se faire, ou se rendre; le message dit pourquoi."""


@dataclass(frozen=True, slots=True)
class Tranche:
    """Une tranche : de chaque partition, sa première position et celle d'après la dernière."""

    sujet: str
    de: Positions
    a: Positions

    @property
    def messages(self) -> int:
        """Combien elle en porte."""
        return sum(self.a.values()) - sum(self.de.values())

    def en_tete(self) -> bytes:
        """Sa première ligne."""
        texte = {nom: {str(p): o for p, o in dit.items()} for nom, dit in self._bornes.items()}
        return orjson.dumps({"sujet": self.sujet, **texte}) + b"\n"

    @property
    def _bornes(self) -> Mapping[str, Positions]:
        return {"de": self.de, "a": self.a}

    @classmethod
    def lue(cls, ligne: bytes) -> Self:
        """Celle que dit une première ligne."""
        lu = orjson.loads(ligne)
        de, a = ({int(p): o for p, o in lu[nom].items()} for nom in ("de", "a"))
        return cls(lu["sujet"], de, a)


async def exporter(bus: ReglagesBus, sujet: str, dossier: Path) -> Tranche:
    """Copie dans `dossier` ce que le sujet a reçu depuis la tranche précédente, s'il y en a.

    Lève `CopieRefusee` si le dossier porte un autre sujet, ou si le sujet a oublié des messages :
    leurs positions ne pourraient être rendues.
    """
    deja = tranches(dossier, sujet)
    lecteur = nouveau_consommateur(bus, [sujet], None)
    await lecteur.start()
    try:
        premieres, fins = await _bornes(lecteur, sujet)
        de = deja[-1].a if deja else dict.fromkeys(fins, 0)
        if any(premieres[p] > de.get(p, 0) for p in fins):
            raise CopieRefusee(f"{sujet} a oublié des messages que la copie n'a pas.")
        if any(fins.get(p, -1) < o for p, o in de.items()) or de.keys() != fins.keys():
            raise CopieRefusee(f"{sujet} n'est plus celui de cette copie : donnez un dossier neuf.")
        tranche = Tranche(sujet, de, fins)
        if tranche.messages:
            await _ecrire(lecteur, tranche, _place(dossier, len(deja) + 1))
        return tranche
    finally:
        await lecteur.stop()


async def rendre(bus: ReglagesBus, sujet: str, dossier: Path) -> int:
    """Rend au sujet, vide, tout ce que porte la copie; rend combien de messages.

    Lève `CopieRefusee` si le sujet manque, n'est pas vide, ou n'a pas les mêmes partitions, et si
    une tranche manque. Interrompue, le sujet s'efface et se recrée avant qu'elle se relance.
    """
    a_rendre = tranches(dossier, sujet)
    if not a_rendre:
        raise CopieRefusee(f"{dossier} ne porte aucune tranche.")
    for fichier in _fichiers(dossier):
        # Une tranche coupée se dit avant que rien ne soit rendu.
        for _ in _messages(fichier):
            pass
    if any(await _fins(bus, sujet, a_rendre[-1].a)):
        raise CopieRefusee(f"{sujet} n'est pas vide : effacez-le, recréez-le, et recommencez.")
    producteur = nouveau_producteur(bus, "sbg-copie")
    await producteur.start()
    try:
        rendus = 0
        for fichier in _fichiers(dossier):
            for message in _messages(fichier):
                await producteur.send(sujet, **message)
                rendus += 1
        await producteur.flush()
    finally:
        await producteur.stop()
    if await _fins(bus, sujet, a_rendre[-1].a) != list(a_rendre[-1].a.values()):
        raise CopieRefusee(f"{sujet} n'a pas retrouvé ses positions : autre chose y écrit.")
    return rendus


def tranches(dossier: Path, sujet: str) -> list[Tranche]:
    """Les tranches d'une copie, dans l'ordre.

    Lève `CopieRefusee` si l'une manque, ne se lit pas, ou est d'un autre sujet.
    """
    lues: list[Tranche] = []
    for fichier in _fichiers(dossier):
        with _lisible(fichier), gzip.open(fichier, "rb") as flux:
            tranche = Tranche.lue(flux.readline())
        attendu = lues[-1].a if lues else dict.fromkeys(tranche.de, 0)
        if tranche.sujet != sujet:
            raise CopieRefusee(f"{fichier.name} porte {tranche.sujet}, non {sujet}.")
        if tranche.de != attendu:
            raise CopieRefusee(f"Il manque une tranche avant {fichier.name}.")
        lues.append(tranche)
    return lues


def _place(dossier: Path, rang: int) -> Path:
    """Où va la tranche de ce rang."""
    dossier.mkdir(parents=True, exist_ok=True)
    return dossier / f"{rang:08d}{_SUFFIXE}"


def _fichiers(dossier: Path) -> list[Path]:
    return sorted(dossier.glob(f"*{_SUFFIXE}"))


async def _bornes(lecteur: AIOKafkaConsumer, sujet: str) -> tuple[dict[int, int], dict[int, int]]:
    """La première position de chaque partition, et celle d'après la dernière."""
    places = [TopicPartition(sujet, p) for p in sorted(lecteur.partitions_for_topic(sujet) or ())]
    if not places:
        raise CopieRefusee(f"{sujet} n'existe pas.")
    lecteur.unsubscribe()
    lecteur.assign(places)
    premieres = await lecteur.beginning_offsets(places)
    fins = await lecteur.end_offsets(places)
    return {p.partition: premieres[p] for p in places}, {p.partition: fins[p] for p in places}


async def _fins(bus: ReglagesBus, sujet: str, voulues: Positions) -> list[int]:
    """La fin de chaque partition voulue; lève `CopieRefusee` si ce ne sont pas les mêmes."""
    lecteur = nouveau_consommateur(bus, [sujet], None)
    await lecteur.start()
    try:
        _, fins = await _bornes(lecteur, sujet)
    finally:
        await lecteur.stop()
    if fins.keys() != voulues.keys():
        raise CopieRefusee(f"{sujet} a {len(fins)} partitions; la copie, {len(voulues)}.")
    return [fins[p] for p in voulues]


async def _ecrire(lecteur: AIOKafkaConsumer, tranche: Tranche, vers: Path) -> None:
    """Écrit la tranche à côté, puis la renomme : un fichier coupé n'en est jamais une.

    Lève `CopieRefusee` si une autre copie l'écrit déjà, ou si le sujet perd des messages.
    """
    brouillon = vers.with_suffix(".partiel")
    for partition, position in tranche.de.items():
        lecteur.seek(TopicPartition(tranche.sujet, partition), position)
    try:
        flux = gzip.open(brouillon, "xb")  # noqa: SIM115 -- fermé plus bas
    except FileExistsError:
        raise CopieRefusee(
            f"Une autre copie écrit {brouillon.name}; si nulle ne tourne, effacez-le."
        ) from None
    try:
        with flux:
            flux.write(tranche.en_tete())
            ecrits = await _copier(lecteur, tranche, flux)
        if ecrits != tranche.messages:
            raise CopieRefusee(f"{tranche.sujet} a perdu des messages pendant la copie.")
        with brouillon.open("rb") as ecrit:
            os.fsync(ecrit.fileno())
        brouillon.replace(vers)
    finally:
        brouillon.unlink(missing_ok=True)


async def _copier(lecteur: AIOKafkaConsumer, tranche: Tranche, flux: GzipFile) -> int:
    """Écrit ce que la tranche doit porter; rend combien de messages."""
    ecrits = 0
    places = {TopicPartition(tranche.sujet, p): fin for p, fin in tranche.a.items()}
    while any([await lecteur.position(place) < fin for place, fin in places.items()]):
        for place, lot in (await lecteur.getmany(timeout_ms=500, max_records=LOT)).items():
            voulus = [recu for recu in lot if recu.offset < places[place]]
            flux.writelines(_ligne(recu) for recu in voulus)
            ecrits += len(voulus)
    return ecrits


def _ligne(recu: "ConsumerRecord[bytes, bytes]") -> bytes:
    dit = {
        "p": recu.partition,
        "t": recu.timestamp,
        "k": _texte(recu.key),
        "v": _texte(recu.value),
        "h": [[nom, _texte(valeur)] for nom, valeur in recu.headers],
    }
    return orjson.dumps(dit) + b"\n"


def _messages(fichier: Path) -> Iterator[dict[str, Any]]:
    """Ce que le producteur doit redire, dans l'ordre; lève `CopieRefusee` s'il ne se lit pas."""
    with _lisible(fichier), gzip.open(fichier, "rb") as flux:
        flux.readline()
        for ligne in flux:
            lu = orjson.loads(ligne)
            yield {
                "partition": lu["p"],
                "timestamp_ms": lu["t"],
                "key": _octets(lu["k"]),
                "value": _octets(lu["v"]),
                "headers": [(nom, _octets(valeur)) for nom, valeur in lu["h"]],
            }


@contextmanager
def _lisible(fichier: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, zlib.error, ValueError, LookupError, TypeError, AttributeError):
        raise CopieRefusee(
            f"{fichier} est coupé, abîmé ou illisible : reprenez-le d'une autre copie."
            " Si c'est le dernier, effacez-le : « exporter » le refait."
        ) from None


def _texte(octets: bytes | None) -> str | None:
    return None if octets is None else b64encode(octets).decode()


def _octets(texte: str | None) -> bytes | None:
    return None if texte is None else b64decode(texte)
