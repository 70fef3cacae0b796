"""Un long flot d'événements de nombreux sujets, comme le bus le porterait : répété, en désordre."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final
from uuid import UUID

from tests.oracle.mesures import vies
from tests.oracle.mesures.lecture import Json
from tests.oracle.mesures.monde import PROMIS, decrets, document
from tests.oracle.mesures.naif import Message

CODES: Final = tuple(f"ORG-{n:02d}" for n in range(12))
PAR_BLOC: Final = 400
"""Des vies dont les faits se mêlent."""
REPETES: Final = 0.05
EN_DESORDRE: Final = 0.05


@dataclass(frozen=True)
class Annonce:
    """Ce que publie le catalogue : le type, le numéro, le corps."""

    type: str
    sequence: int
    corps: Json


def annonces(graine: int) -> list[Annonce]:
    """Les fiches et leurs suites, les calendriers, deux statu quo dont l'un finit."""
    debut, siens = decrets(graine)
    parues = [Annonce("calendrier.publié", d.rang, document(d)) for d in siens]
    for code, promis in PROMIS.items():
        parues.append(Annonce("fiche.publiée", 1, _fiche(code, 1, "2015-01-01", promis)))
        for version, jours in ((2, 20), (3, 40)):
            suite = deepcopy(promis)
            for indicateur in suite:
                indicateur["delai"] = indicateur["delai"] and indicateur["delai"] // version
            jour = (debut + timedelta(days=jours)).isoformat()
            parues.append(Annonce("fiche.publiée", version, _fiche(code, version, jour, suite)))
    for rang, fin in enumerate((None, (debut + timedelta(days=35)).isoformat()), 1):
        garde = {"statu_quo_id": str(UUID(int=rang)), "organisme": CODES[rang], "fiche": "POSTES"}
        depuis = {"version": 1, "debut": (debut + timedelta(days=15)).isoformat()}
        parues.append(Annonce("statu_quo.accordé", 1, garde | depuis))
        if fin:
            parues.append(Annonce("statu_quo.fini", 2, garde | {"fin": fin}))
    return parues


def _fiche(code: str, version: int, debut: str, promis: tuple[Json, ...]) -> Json:
    return {"code": code, "titre": code, "version": version, "debut": debut, "tarifs": [],
            "indicateurs": list(promis)}  # fmt: skip


def uniques(graine: int, combien: int) -> Iterator[list[Message]]:
    """Au moins tant de faits, chacun une fois, par blocs de vies; à peu près dans leur ordre."""
    debut, _ = decrets(graine)
    dits = bloc = 0
    while dits < combien:
        faits: list[Message] = []
        for rang in range(PAR_BLOC):
            hasard = Random(f"{graine} {bloc} {rang}")
            jour = debut + timedelta(days=hasard.randrange(-20, 60))
            vie = vies.Vie(hasard, hasard.choice(CODES), vies.instant(hasard, jour))
            (vies.contrat if hasard.random() < 0.1 else vies.demande)(vie)
            faits += vie.messages
        dits, bloc = dits + len(faits), bloc + 1
        yield sorted(faits, key=lambda m: (m.le, m.id))


def melange(graine: int, combien: int) -> Iterator[list[Message]]:
    """Les mêmes blocs : un fait sur vingt redit plus tard, un sur vingt hors de son rang.

    Ce qui se déplace passe parfois au bloc suivant, où son sujet est jugé depuis longtemps.
    """
    hasard = Random(graine)
    restes: list[Message] = []
    for bloc in uniques(graine, combien):
        redits = [m for m in bloc if hasard.random() < REPETES]
        deplaces = [m for m in bloc if hasard.random() < EN_DESORDRE]
        hors = {m.id for m in deplaces}
        flot = [m for m in bloc if m.id not in hors]
        suivants = [m for m in deplaces if hasard.random() < 0.2]
        tardifs = {m.id for m in suivants}
        for message in (*restes, *redits, *(m for m in deplaces if m.id not in tardifs)):
            flot.insert(hasard.randrange(len(flot) + 1), message)
        restes = suivants
        yield flot
    yield restes
