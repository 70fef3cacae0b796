"""Un monde tiré au sort : une vie, et ce qu'on publie autour : fiches, calendriers, statu quo."""

import json
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from random import Random
from typing import Any
from uuid import UUID

from libs.calendrier.tests.oracle_calendrier import feries
from tests.oracle.mesures import decisions, vies
from tests.oracle.mesures.naif import Savoir
from tests.oracle.mesures.temps import Calendrier, Decret

ORGANISMES = ("MTQ", "RAMQ")
DEPUIS_TOUJOURS = "2015-01-01"
PAR_CALENDRIER = 100
"""Des graines qui se suivent partagent un calendrier : le composer coûte cent histoires."""
OUVRE = ({"evenement": "demande.créée", "si": {"un": [[{"fait": "approbation_requise",
          "egale": False}]]}}, {"evenement": "demande.approuvée", "si": None})  # fmt: skip
Json = dict[str, Any]


def si(fait: str, **exige: Any) -> Json:
    """Ce fait est `parmi` des codes, `egale` une valeur, atteint `au_moins` un nombre."""
    return {"un": [[{"fait": fait, **exige}]]}


CONDITIONS: dict[str, Json] = {
    code: {"code": code, "libelle": code, "exclut": exclut, "signale": None}
    for code, exclut in (
        ("a", si("acquisition_multiple", egale=True)),
        ("b", si("configuration_normalisee", egale=False)),
        ("c", si("logiciel_payant", egale=True)),
        ("e", si("gamme", parmi=["detachable", "intermediaire", "haute_performance",
                                 "tres_haute_performance"])),
    )
}  # fmt: skip
CONDITIONS["e"]["signale"] = si("gamme", egale="inconnue")


def indicateur(code: str, sorte: str, ferme: Sequence[str], **autres: Any) -> Json:
    """Un indicateur d'une sorte de demande, au cycle ordinaire (SLA-2)."""
    conditions = [CONDITIONS[c] for c in autres.pop("sauf", "")]
    return {
        "code": code, "libelle": code, "sujet": "demande", "couvre": si("sorte", parmi=[sorte]),
        "ouvre": list(OUVRE), "suspend": ["demande.suspendue"], "reprend": ["demande.reprise"],
        "ferme": list(ferme), "rouvre": ["demande.rouverte"],
        "retire": ["demande.refusée", "demande.annulée", "demande.redirigée"],
        "horloge": "jours_ouvrables", "calendrier": "csc", "delai": None, "cible": None,
        "a_risque": None, "conditions": conditions, **autres,
    }  # fmt: skip


def _du_contrat(code: str, ouvre: Sequence[str], ferme: str, **autres: Any) -> Json:
    bornes = [{"evenement": type_, "si": None} for type_ in ouvre]
    return indicateur(code, "", [ferme], sujet="contrat", couvre=None, ouvre=bornes, suspend=[],
                      reprend=[], rouvre=[], retire=[], **autres)  # fmt: skip


PROMIS: dict[str, tuple[Json, ...]] = {
    "POSTES": (
        indicateur("PT-1", "poste_physique", ("poste.livré", "logiciel.installé"), delai=10,
                   cible="0.95", a_risque=2, sauf="ace"),
        indicateur("PT-2", "poste_virtuel", ("poste_virtuel.installé", "logiciel.installé"),
                   delai=10, cible="0.95", a_risque=2, sauf="bc"),
        indicateur("PT-3", "logiciel", ("logiciel.installé",), delai=4, cible="0.95", a_risque=1,
                   sauf="c"),
        indicateur("PT-6", "amenagement_utilisateur", ("aménagement.complété",), delai=8,
                   cible="0.95", a_risque=2),
        indicateur("PT-7", "amenagement_secteur_reamenagement", ("aménagement.complété",),
                   horloge="date_convenue"),
        indicateur("PT-8", "amenagement_secteur_demenagement", ("aménagement.complété",),
                   horloge="date_convenue"),
        indicateur("PT-9", "appareil_mobile", ("appareil.synchronisé",), delai=2, cible="0.95",
                   a_risque=1),
    ),
    "VISIO": (
        indicateur("VI-1", "visio_mise_en_oeuvre", ("demande.complétée",), delai=22),
        indicateur("VI-4", "conference_web_retrait", ("demande.complétée",), delai=32,
                   horloge="jours_civils", calendrier="continu"),
    ),
    "COURTIER": (
        _du_contrat("IC-1", ("rencontre.demandée",), "contrat.signé", delai=30,
                    horloge="jours_civils", calendrier="continu"),
        _du_contrat("IC-2", ("contrat.signé", "avenant.signé"), "copie.transmise", delai=5),
    ),
}  # fmt: skip
"""Ce que promet le domaine, § 5; un essai le compare aux fiches livrées."""
AUTRES: tuple[Json, ...] = (
    indicateur("PEC-1", "poste_physique", ("demande.prise_en_charge",), delai=2, rouvre=[]),
    indicateur("PEC-2", "poste_physique", ("demande.prise_en_charge",), delai=1, cible="0.9"),
    indicateur("CIV-1", "poste_physique", ("poste.livré",), delai=5, horloge="jours_civils"),
    indicateur("CIV-2", "poste_physique", ("poste.livré", "logiciel.installé"), delai=3, rouvre=[],
               calendrier="continu", couvre=si("gamme", parmi=["ordinaire", "inconnue"])),
    indicateur("DATE-1", "poste_physique", ("poste.livré",), horloge="date_convenue", cible="0.9"),
    indicateur("SUIVI-1", "poste_physique", ("poste.livré",), delai=3, horloge="minutes"),
    indicateur("SUIVI-2", "poste_physique", ("poste.livré",)),
    _du_contrat("IC-9", ("contrat.signé",), "copie.transmise", delai=3, cible="0.8",
                calendrier="visioconference") | {"couvre": si("montant", au_moins="1200.01")},
)  # fmt: skip
"""D'autres façons de regarder les mêmes sujets."""


@dataclass
class Monde:
    """Ce que le bus porte : la vie, les fiches, les calendriers, les statu quo."""

    graine: int
    savoir: Savoir
    decrets: tuple[Decret, ...]


def tirer(graine: int) -> Monde:
    """Un monde, toujours le même d'une même graine."""
    hasard = Random(graine)
    decide_le, siens = decrets(graine // PAR_CALENDRIER)
    debut = decide_le if hasard.random() < 0.5 else vies.jour_qui_pique(hasard)
    vie = vies.Vie(hasard, hasard.choice(ORGANISMES), vies.instant(hasard, debut))
    (vies.contrat if hasard.random() < 0.2 else vies.demande)(vie)
    messages = list(vie.messages)
    if len(messages) > 1 and hasard.random() < 0.1:
        # Un fait encore en chemin : on juge de ce qu'on sait.
        messages.pop(hasard.randrange(len(messages)))
    fiches = list(_fiches(hasard, debut))
    savoir = Savoir(messages, Calendrier(siens), fiches)
    if hasard.random() < 0.15:
        savoir.retirees = [_retrait(hasard.choice(fiches)) for _ in range(hasard.randint(1, 2))]
    if hasard.random() < 0.3:
        garder(hasard, savoir, debut)
    decisions.tirer(graine, savoir, vie.organisme, ORGANISMES)
    return Monde(graine, savoir, siens)


def _autour(hasard: Random, debut: date) -> date:
    return debut + timedelta(days=hasard.choice((-40, -3, -1, 0, 1, 2, 3, 5, 9, 14, 30)))


def _fiches(hasard: Random, debut: date) -> Iterator[Json]:
    for code, promis in PROMIS.items():
        promises = list(promis)
        yield _fiche(code, 1, DEPUIS_TOUJOURS, promises)
        for version in range(2, 2 + hasard.choice((0, 0, 1, 1, 2, 3))):
            promises = [c for i in promises if (c := _changer(hasard, i)) is not None]
            yield _fiche(code, version, _autour(hasard, debut).isoformat(), promises)
    if hasard.random() < 0.5:
        tires = hasard.sample(AUTRES, hasard.randint(1, 4))
        jour = hasard.choice((DEPUIS_TOUJOURS, _autour(hasard, debut).isoformat()))
        yield _fiche("AUTRE", 1, jour, tires)


def _changer(hasard: Random, indicateur: Json) -> Json | None:
    """La promesse de la version suivante : un autre délai, une autre cible, d'autres conditions."""
    suivant = deepcopy(indicateur)
    match hasard.choice(("delai", "delai", "cible", "conditions", "couvre", "finir", "horloge",
                         "ouvre", "rien", "rien", "rien")):  # fmt: skip
        case "delai":
            suivant["delai"] = hasard.choice((None, 0, 1, 2, 5, 10, 15))
        case "cible":
            suivant["cible"] = hasard.choice((None, "0.5", "0.9", "1"))
        case "conditions":
            codes = hasard.sample("abce", hasard.randint(0, 4))
            suivant["conditions"] = [CONDITIONS[c] for c in sorted(codes)]
        case "couvre" if suivant["couvre"]:
            suivant["couvre"]["un"].append(si("sorte", parmi=["jamais_vue"])["un"][0])
        case "finir" if hasard.random() < 0.3:
            return None
        case "horloge" if suivant["horloge"] != "date_convenue":
            suivant["horloge"] = hasard.choice(("jours_civils", "jours_ouvrables"))
            suivant["calendrier"] = hasard.choice(("csc", "visioconference", "continu", "lunaire"))
        case "ouvre" if suivant["sujet"] == "demande":
            suivant["ouvre"] = hasard.choice(([OUVRE[1]], [{**OUVRE[0], "si": None}], list(OUVRE)))
    return suivant


def _fiche(code: str, version: int, debut: str, indicateurs: Sequence[Json]) -> Json:
    return {"code": code, "titre": code, "version": version, "debut": debut, "tarifs": [],
            "indicateurs": list(indicateurs)}  # fmt: skip


def _retrait(fiche: Json) -> Json:
    return {nom: fiche[nom] for nom in ("code", "version", "debut")}


def garder(hasard: Random, savoir: Savoir, debut: date) -> None:
    """Un organisme garde une version, quoi qu'on publie; parfois cela finit (CAT-6)."""
    for _ in range(hasard.choice((1, 1, 2))):
        fiche = hasard.choice(savoir.fiches)
        garde = {
            "statu_quo_id": str(UUID(int=hasard.getrandbits(128), version=4)),
            "organisme": hasard.choice(ORGANISMES),
            "fiche": fiche["code"],
            "version": fiche["version"],
            "debut": _autour(hasard, debut).isoformat(),
        }
        savoir.statu_quos.append(garde)
        for rang in range(hasard.choice((0, 0, 1, 2))):
            fin = date.fromisoformat(garde["debut"]) + timedelta(days=hasard.choice((0, 1, 5, 30)))
            dite = {nom: garde[nom] for nom in ("statu_quo_id", "organisme", "fiche")}
            savoir.fins.append((rang + 1, {**dite, "fin": fin.isoformat()}))


@cache
def decrets(rang: int) -> tuple[date, tuple[Decret, ...]]:
    """Un jour, et ce que le gouvernement a décidé autour : des jours ajoutés ou retirés."""
    hasard = Random(f"calendrier {rang}")
    debut = vies.jour_qui_pique(hasard)
    siens = [Decret("2015-1", date(2015, 1, 1), 1)]
    jours = [debut + timedelta(days=n) for n in range(-5, 45)]
    ajouts: set[date] = set()
    retraits: set[date] = set()
    for numero in range(2, 2 + hasard.choice((0, 1, 1, 2))):
        chomes = [j for j in jours if j in feries(j.year) and j not in retraits]
        libres = [j for j in jours if j.weekday() < 5 and j not in feries(j.year) | ajouts]
        ajouts |= set(hasard.sample(libres, hasard.randint(0, 3)))
        retraits |= set(hasard.sample(chomes, min(hasard.randint(0, 2), len(chomes))))
        depuis = _autour(hasard, debut)
        siens.append(
            Decret(f"2015-{numero}", depuis, numero, frozenset(ajouts), frozenset(retraits))
        )
    return debut, tuple(siens)


@cache
def _modele() -> Json:
    """Le document de la version livrée : seules ses décisions changent d'un décret à l'autre."""
    livre = resources.files("calendrier").joinpath("donnees/2015-1.json").read_text("utf-8")
    return {**json.loads(livre), "calendrier": "fonction_publique"}


def document(decret: Decret) -> Json:
    """Ce que publie le catalogue de ce décret."""
    return {
        **_modele(),
        "version": decret.version,
        "en_vigueur_depuis": decret.depuis.isoformat(),
        "ajouts": _decisions(decret.ajouts),
        "retraits": _decisions(decret.retraits),
    }


def _decisions(jours: Iterable[date]) -> list[Json]:
    return [{"jour": jour.isoformat(), "libelle": "décret"} for jour in sorted(jours)]
