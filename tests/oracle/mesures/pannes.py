"""Des mois de service tirés au sort : ce qui tombe, qui cela atteint, ce qu'en dit la fiche."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.oracle.mesures.monde import (
    PAR_CALENDRIER,
    Json,
    decrets,
    garder,
    indicateur,
    si,
)
from tests.oracle.mesures.naif import Savoir
from tests.oracle.mesures.ruban import Client, Coupure, Mois, Rendu
from tests.oracle.mesures.temps import QUEBEC, UN_JOUR, Calendrier, Decret
from tests.oracle.mesures.vies import HEURES

ORGANISMES = ("MTQ", "RAMQ", "SQ")
BUREAUTIQUES = ("messagerie", "suite_bureautique", "stockage")
SERVICES = (*BUREAUTIQUES, "synchronisation_mobile", "visioconference", "intranet")
NATURES = ("panne", "panne", "panne", "degradation", "maintenance")
D = {"code": "d", "libelle": "d", "exclut": si("plage", egale="maintenance"), "signale": None}
ANCIENNE = {**D, "exclut": si("nature", egale="maintenance")}
"""Une fiche d'avant : toute maintenance, quelle qu'en soit l'heure."""
DEUX = [D, {**ANCIENNE, "code": "n"}]


def disponibilite(code: str, *services: str, **autres: Any) -> Json:
    """Un indicateur de disponibilité de ces services (PT-4, PT-5, VI-7)."""
    vides: dict[str, Any] = {nom: [] for nom in ("ouvre", "suspend", "reprend", "rouvre", "retire")}
    commun = {"sujet": "service", "horloge": "minutes", "calendrier": "continu", "cible": "0.99"}
    couvre = si("service", parmi=list(services))
    return indicateur(code, "", (), **(commun | vides | {"couvre": couvre} | autres))


PROMIS = {
    "POSTES": (
        disponibilite("PT-4", *BUREAUTIQUES, conditions=[D]),
        disponibilite("PT-5", "synchronisation_mobile"),
    ),
    "VISIO": (disponibilite("VI-7", "visioconference", calendrier="visioconference", cible=None),),
}


@dataclass
class Constat:
    """Une indisponibilité, ce qui la corrige ensuite, et si elle est annulée à la fin."""

    dits: list[Coupure]
    sites: bool
    annulee: bool


@dataclass
class Monde:
    """Un mois, ce qu'on en a constaté, et les décrets du calendrier."""

    mois: Mois
    constats: list[Constat]
    decrets: tuple[Decret, ...]


def tirer(graine: int) -> Monde:
    """Un monde, toujours le même d'une même graine."""
    hasard = Random(f"pannes {graine}")
    decide_le, siens = decrets(graine // PAR_CALENDRIER)
    premier = decide_le.replace(day=1)
    if hasard.random() < 0.5:
        premier = date(hasard.randint(2019, 2034), hasard.choice((3, 3, 11, 11, 12, 1, 2, 6)), 1)
    fin = (premier + timedelta(days=32)).replace(day=1) - UN_JOUR
    grain = hasard.choice((1, 60, 60))
    dernier = fin if hasard.random() < 0.6 else premier + timedelta(days=hasard.randrange(28))
    if grain == 1:
        dernier = premier + timedelta(days=hasard.randrange(2))
    savoir = Savoir([], Calendrier(siens), list(_fiches(hasard, premier)))
    if hasard.random() < 0.3:
        garder(hasard, savoir, premier + timedelta(days=5))
    constats = [
        _constat(hasard, premier, dernier, grain)
        for _ in range(hasard.choice((0, 2, 4, 6, 8, 10, 12)))
    ]
    coupures = [c.dits[-1] for c in constats if not c.annulee]
    services = [_service(hasard, code, premier) for code in SERVICES if hasard.random() < 0.9]
    clients = [_client(hasard, code, premier, grain) for code in ORGANISMES]
    mois = Mois(premier, dernier, grain, savoir, services, coupures, clients)
    return Monde(mois, constats, siens)


def _fiches(hasard: Random, premier: date) -> Iterator[Json]:
    for code, promis in PROMIS.items():
        promises: Sequence[Json] = promis
        yield _fiche(code, 1, "2015-01-01", promises)
        for version in range(2, 2 + hasard.choice((0, 0, 1, 2))):
            promises = [_changer(hasard, i) for i in promises if hasard.random() < 0.95]
            jour = premier + timedelta(days=hasard.choice((-3, 0, 1, 2, 9, 20)))
            yield _fiche(code, version, jour.isoformat(), promises)


def _fiche(code: str, version: int, debut: str, indicateurs: Sequence[Json]) -> Json:
    return {"code": code, "titre": code, "version": version, "debut": debut, "tarifs": [],
            "indicateurs": list(indicateurs)}  # fmt: skip


def _changer(hasard: Random, indicateur: Json) -> Json:
    suivant = deepcopy(indicateur)
    match hasard.choice(("cible", "conditions", "services", "heures", "rien")):
        case "cible":
            suivant["cible"] = hasard.choice((None, "0.9", "0.995"))
        case "conditions":
            suivant["conditions"] = hasard.choice(
                ([], [D], [ANCIENNE], [D, {**ANCIENNE, "code": "n"}])
            )
        case "services":
            suivant["couvre"] = si("service", parmi=hasard.sample(SERVICES, 2))
        case "heures":
            suivant["calendrier"] = hasard.choice(("continu", "csc", "visioconference"))
        case _:
            pass
    return suivant


def _instant(hasard: Random, premier: date, dernier: date, grain: int) -> datetime:
    jour = premier + timedelta(days=hasard.randint(-1, (dernier - premier).days + 1))
    return _a_l_heure(hasard, jour, grain)


def _a_l_heure(hasard: Random, jour: date, grain: int) -> datetime:
    """Une heure de ce jour, au grain du ruban."""
    heure = hasard.choice(HEURES).replace(microsecond=0)
    instant = datetime.combine(jour, heure, QUEBEC).astimezone(UTC)
    instant += timedelta(seconds=hasard.choice((0, 0, 60, 360, 5_881, -1)))
    return instant - timedelta(seconds=instant.second % grain)


def _constat(hasard: Random, premier: date, dernier: date, grain: int) -> Constat:
    """Dit une fois, ou corrigé; parfois annulé."""
    portee = hasard.choice(("tous", "tous", "organismes", "sites"))
    atteint = tuple(hasard.sample(ORGANISMES, hasard.randint(1, 2))) if portee != "tous" else ()
    dits: list[Coupure] = []
    for _ in range(hasard.choice((1, 1, 1, 2))):
        debut = _instant(hasard, premier, dernier, grain)
        duree = hasard.choice((1, 9, 102, 600, 3_000, 20_000)) * (60 if grain > 1 else 7)
        fin = None if hasard.random() < 0.1 else debut + timedelta(seconds=duree)
        une = Coupure(hasard.choice(SERVICES), hasard.choice(NATURES), atteint, debut, fin)
        if une not in dits:
            dits.append(une)
    return Constat(dits, portee == "sites", hasard.random() < 0.1)


def _service(hasard: Random, code: str, premier: date) -> Rendu:
    """D'ordinaire depuis longtemps; parfois né ou retiré dans le mois."""
    debut = date(2015, 1, 1)
    if hasard.random() < 0.3:
        debut = premier + timedelta(days=hasard.randint(-3, 20))
    fin = debut + timedelta(days=hasard.randint(0, 25)) if hasard.random() < 0.3 else None
    return Rendu(code, debut, fin if debut.year > 2015 else None)


def _client(hasard: Random, code: str, premier: date, grain: int) -> Client:
    jour = premier + timedelta(days=hasard.choice((-400, -400, -400, 0, 4, 40)))
    depuis = _a_l_heure(hasard, jour, grain)
    absences = []
    if hasard.random() < 0.2:
        debut = _instant(hasard, premier, premier + timedelta(days=20), grain)
        fin = None if hasard.random() < 0.3 else debut + timedelta(hours=hasard.randint(1, 200))
        absences.append((debut, fin))
    return Client(code, depuis, tuple(absences))
