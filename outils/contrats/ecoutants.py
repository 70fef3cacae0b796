"""Qui écoute quoi : lu des `ECOUTES` de chaque service, jamais recopié."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from contrats import Evenement

SERVICES: Final = ("catalogue", "demandes", "facturation", "sla", "courtier")


@dataclass(frozen=True, slots=True)
class Ecoutant:
    """Un service qui écoute un événement, et l'ordre qu'il exige (« strict » ou « libre »)."""

    service: str
    ordre: str


def ecoutes_de(service: str) -> Mapping[type[Evenement], str]:
    """Les événements qu'un service écoute et leur ordre; vide s'il n'en écoute aucun."""
    module = f"{service}.entrees.ecoutes"
    if find_spec(service) is None or find_spec(f"{service}.entrees") is None:
        return {}
    if find_spec(module) is None:
        return {}
    return {classe: ecoute.ordre.value for classe, ecoute in import_module(module).ECOUTES.items()}


def ecoutants() -> Mapping[type[Evenement], tuple[Ecoutant, ...]]:
    """Par événement, les services qui l'écoutent."""
    table: dict[type[Evenement], list[Ecoutant]] = defaultdict(list)
    for service in SERVICES:
        for classe, ordre in ecoutes_de(service).items():
            table[classe].append(Ecoutant(service, ordre))
    return {classe: tuple(ceux) for classe, ceux in table.items()}
