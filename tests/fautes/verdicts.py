"""Ce qui doit être vrai après toute faute : rien de perdu, rien de trop, rien de travers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import orjson

from socle.bus.enveloppe import TYPE_JALON, Message

Faits = Mapping[str, int]
"""Le nombre de faits commis, par clé."""


@dataclass(slots=True)
class Verdict:
    """Les manquements comptés; tout à zéro : tenu."""

    perdus: int = 0
    fantomes: int = 0
    doubles: int = 0
    desordres: int = 0
    jalons_en_avance: int = 0
    ruptures_audit: int = 0

    @property
    def tenu(self) -> bool:
        return not any(getattr(self, champ.name) for champ in fields(self))

    def ajouter(self, autre: "Verdict") -> None:
        for champ in fields(self):
            somme = getattr(self, champ.name) + getattr(autre, champ.name)
            setattr(self, champ.name, somme)


@dataclass(frozen=True, slots=True)
class Passage:
    """Un effet constaté chez le consommateur, dans l'ordre où il a eu lieu."""

    evenement: UUID
    cle: str
    sequence: int


def juger_bus(attendus: Faits, messages: Iterable[Message]) -> Verdict:
    """Compare le bus aux faits commis; la première venue de chaque événement fait foi."""
    verdict = Verdict()
    vus: set[UUID] = set()
    sequences: Counter[str] = Counter()
    recus: Counter[str] = Counter()
    jalons: dict[int, datetime] = {}
    for m in messages:
        if m.type == TYPE_JALON:
            jalons[m.partition] = datetime.fromisoformat(orjson.loads(m.charge)["jusqua"])
            continue
        if m.identifiant in vus:
            continue
        vus.add(m.identifiant)
        recus[m.cle] += 1
        verdict.desordres += m.sequence != sequences[m.cle] + 1
        sequences[m.cle] = max(sequences[m.cle], m.sequence)
        enregistre = datetime.fromisoformat(m.en_tetes["ce_recordedtime"])
        if m.partition in jalons and enregistre < jalons[m.partition]:
            verdict.jalons_en_avance += 1
    _compter(verdict, attendus, recus)
    return verdict


def juger_effets(attendus: Faits, passages: Sequence[Passage]) -> Verdict:
    """Compare les effets aux faits commis : chacun une fois, dans l'ordre de sa clé."""
    verdict = Verdict()
    vus: set[UUID] = set()
    sequences: Counter[str] = Counter()
    recus: Counter[str] = Counter()
    for passage in passages:
        if passage.evenement in vus:
            verdict.doubles += 1
            continue
        vus.add(passage.evenement)
        recus[passage.cle] += 1
        verdict.desordres += passage.sequence != sequences[passage.cle] + 1
        sequences[passage.cle] = max(sequences[passage.cle], passage.sequence)
    _compter(verdict, attendus, recus)
    return verdict


def _compter(verdict: Verdict, attendus: Faits, recus: Mapping[str, int]) -> None:
    for cle in attendus.keys() | recus.keys():
        ecart = attendus.get(cle, 0) - recus.get(cle, 0)
        verdict.perdus += max(0, ecart)
        verdict.fantomes += max(0, -ecart)
