"""Les paramètres d'une adresse : connus de la route, dits une seule fois, écrits d'une seule façon.

Un filtre mal écrit qu'on ignorerait rendrait tout; un filtre répété, on ne sait lequel.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request

from socle.web.formes import faute_de_forme


@dataclass(frozen=True, slots=True)
class _Connus:
    """Les types que la route attend de chaque paramètre, par son nom."""

    chemin: Mapping[str, object]
    requete: Mapping[str, object]


class Parametres:
    """Les paramètres que connaît chaque route d'une application."""

    def __init__(self) -> None:
        # Par identité : une route ne se hache pas, et vit autant que l'application.
        self._connus: dict[int, _Connus] = {}

    def exiger(self, requete: Request) -> None:
        """Lève `RequestValidationError` (422) : paramètre inconnu, répété ou mal écrit."""
        connus, vus = self._de(requete.scope["route"]), set[str]()
        fautes: list[dict[str, object]] = []
        for nom, texte in requete.path_params.items():
            fautes += _mal_ecrit("path", nom, connus.chemin.get(nom), texte)
        for nom, texte in requete.query_params.multi_items():
            if nom not in connus.requete:
                fautes.append({"type": "parametre_inconnu", "loc": ("query", nom)})
            elif nom in vus:
                fautes.append({"type": "parametre_repete", "loc": ("query", nom)})
            else:
                fautes += _mal_ecrit("query", nom, connus.requete[nom], texte)
            vus.add(nom)
        if fautes:
            raise RequestValidationError(fautes)

    def _de(self, route: APIRoute) -> _Connus:
        if id(route) not in self._connus:
            self._connus[id(route)] = _Connus(
                dict(_types(route.dependant, "path_params")),
                dict(_types(route.dependant, "query_params")),
            )
        return self._connus[id(route)]


def _mal_ecrit(ou: str, nom: str, attendu: object, texte: str) -> list[dict[str, object]]:
    faute = faute_de_forme(attendu, texte)
    return [] if faute is None else [{"type": faute, "loc": (ou, nom)}]


def _types(dependant: Dependant, ou: str) -> Iterator[tuple[str, Any]]:
    for champ in getattr(dependant, ou):
        yield champ.alias, champ.field_info.annotation
    for dependance in dependant.dependencies:
        yield from _types(dependance, ou)
