"""Qui écoute quoi : lu de la déclaration de chaque service, jamais recopié."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from contrats import Evenement
from socle.reception.ecoutes import Ordre
from socle.service import Service

SERVICES: Final = ("catalogue", "demandes", "facturation", "sla", "courtier")


@dataclass(frozen=True, slots=True)
class Ecoutant:
    """Un service qui écoute un événement, et l'ordre qu'il exige (« strict » ou « libre »)."""

    service: str
    ordre: str


def ecoutes_de(service: str) -> Mapping[type[Evenement], str]:
    """Les événements qu'un service écoute, et leur ordre; vide si le service n'est pas installé.

    Un sujet entier se lit dans l'ordre strict dès qu'une seule de ses écoutes l'exige.
    """
    if find_spec(service) is None:
        return {}
    declaration: Service[Any] = import_module(f"{service}.main").service()
    stricts = {
        classe.PRODUCTEUR
        for classe, ecoutes in declaration.ecoutes.items()
        if any(ecoute.ordre is Ordre.STRICT for ecoute in ecoutes)
    }
    return {
        classe: "strict" if classe.PRODUCTEUR in stricts else "libre"
        for classe in declaration.ecoutes
    }


def ecoutants() -> Mapping[type[Evenement], tuple[Ecoutant, ...]]:
    """Par événement, les services qui l'écoutent."""
    table: dict[type[Evenement], list[Ecoutant]] = defaultdict(list)
    for service in SERVICES:
        for classe, ordre in ecoutes_de(service).items():
            table[classe].append(Ecoutant(service, ordre))
    return {classe: tuple(ceux) for classe, ceux in table.items()}
