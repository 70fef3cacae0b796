"""Les chiffres de la sécurité et leurs buts : une table, que les essais remplissent un à un.

Un chiffre qu'aucun essai n'a donné se voit autant qu'un chiffre manqué.
"""

import fcntl
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from demo.ports import SERVICES

FICHIER = Path(__file__).parents[2] / "sortie" / "securite.json"


@dataclass(frozen=True, slots=True)
class But:
    """Ce qu'un chiffre doit être."""

    sens: Literal["=", "≥", "≤"]
    borne: float
    reel: bool = False
    """Vrai s'il faut un vrai Kafka ou un vrai Keycloak : « make securite BUS=kafka »."""
    justesse: bool = True
    """Faux pour une vitesse : manquée, elle se dit sans faire échouer."""

    def __str__(self) -> str:
        return f"{self.sens} {self.borne:g}" if self.sens != "=" else f"{self.borne:g}"

    def tenu(self, valeur: float) -> bool:
        """Vrai si la valeur atteint le but."""
        comparee = {"=": valeur == self.borne, "≥": valeur >= self.borne, "≤": valeur <= self.borne}
        return comparee[self.sens]


_AUCUN: Final = But("=", 0)
_PLANCHERS: Final[Mapping[str, int]] = MappingProxyType(
    {"catalogue": 60, "demandes": 90, "facturation": 15, "sla": 30, "courtier": 40}
)
"""Réponses 2xx au bon organisme, lectures et écritures : en deçà, les essais ne prouvent rien."""

_ATTAQUES: Final[Mapping[str, int]] = MappingProxyType(
    {"catalogue": 0, "demandes": 1_500, "facturation": 30, "sla": 75, "courtier": 100}
)
"""Noms d'autrui essayés, place par place; le catalogue n'a rien d'un organisme."""


def _par_service() -> dict[str, But]:
    return {
        nom: but
        for service in SERVICES
        for nom, but in (
            (f"locataires, {service} : fuites", _AUCUN),
            (f"locataires, {service} : 2xx au bon organisme", But("≥", _PLANCHERS[service])),
            (f"locataires, {service} : noms d'autrui essayés", But("≥", _ATTAQUES[service])),
            (f"lignes, {service} : tables d'organisme sous FORCE et politique, %", But("=", 100)),
            (f"audit, {service} : écritures consignées, %", But("=", 100)),
            (f"audit, {service} : lectures du vérificateur inscrites, %", But("=", 100)),
            (f"secrets, {service} : réglages qui en montrent", _AUCUN),
        )
    }


BUTS: Final[Mapping[str, But]] = MappingProxyType(
    _par_service()
    | {
        "lignes : coût à l'écriture, %": But("≤", 10, justesse=False),
        "jetons : mauvais jetons distincts": But("≥", 25),
        "jetons : mauvais jetons acceptés": _AUCUN,
        "jetons : clés d'un autre usage acceptées": _AUCUN,
        "jetons : kid au hasard essayés": But("≥", 1_000),
        "jetons : lectures du JWKS par 30 s, au pire": But("≤", 1),
        "jetons : bons jetons refusés, JWKS en panne": _AUCUN,
        "jetons : bons jetons acceptés passé la limite dure": _AUCUN,
        "jetons, vrai Keycloak : étapes du parcours principal": But("≥", 12, reel=True),
        "webhooks : cibles interdites essayées": But("≥", 60),
        "webhooks : cibles interdites jointes": _AUCUN,
        "webhooks : redirections suivies": _AUCUN,
        "webhooks : rebonds de nom qui mènent ailleurs": _AUCUN,
        "webhooks : adresses jointes hors d'un réseau permis": _AUCUN,
        "signatures : envois et altérations mal jugés, Python": _AUCUN,
        "signatures : envois et altérations mal jugés, Node": But("=", 0, reel=True),
        "signatures entrantes : cas": But("≥", 9),
        "signatures entrantes : mal jugées par l'API": _AUCUN,
        "canaris : plantés": But("≥", 50),
        "canaris : gardés par le produit": But("≥", 20),
        "canaris : ressortis": _AUCUN,
        "canaris, vrais processus : plantés": But("≥", 50),
        "canaris, vrais processus : gardés par le produit": But("≥", 20),
        "canaris, vrais processus : ressortis": _AUCUN,
        "bus gardé : écritures, lectures et créations interdites essayées": But("≥", 60, reel=True),
        "bus gardé : permises à tort": But("=", 0, reel=True),
        "bus gardé : refusées à tort": But("=", 0, reel=True),
        "bus gardé : inconnus admis": But("=", 0, reel=True),
        "secrets, démonstration : clés reprises d'un départ à l'autre": _AUCUN,
    }
)


@dataclass(frozen=True, slots=True)
class Constat:
    """Un chiffre mesuré, son but, et s'il est tenu."""

    mesure: str
    valeur: float
    but: str
    tenu: bool
    justesse: bool


def constater(mesure: str, valeur: float) -> None:
    """Écrit un chiffre (le dernier remplace le précédent), puis échoue s'il manque son but.

    Plusieurs processus d'essai écrivent : le fichier se verrouille. Lève `KeyError` si la table
    ne connaît pas cette mesure.
    """
    but = BUTS[mesure]
    constat = Constat(mesure, valeur, str(but), but.tenu(valeur), but.justesse)
    FICHIER.parent.mkdir(exist_ok=True)
    with FICHIER.open("a+", encoding="utf-8") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)
        fichier.seek(0)
        autres = [c for c in json.loads(fichier.read() or "[]") if c["mesure"] != mesure]
        fichier.seek(0)
        fichier.truncate()
        json.dump([*autres, asdict(constat)], fichier, ensure_ascii=False, indent=1)
        fichier.write("\n")
    assert constat.tenu or not but.justesse, f"{mesure} : {valeur:g}, but {but}"


def constats() -> dict[str, Constat]:
    """Ce que les essais ont écrit."""
    if not FICHIER.is_file():
        return {}
    return {c["mesure"]: Constat(**c) for c in json.loads(FICHIER.read_text("utf-8"))}
