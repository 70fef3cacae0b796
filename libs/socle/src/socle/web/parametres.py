"""Les paramètres de requête : connus de la route, et dits une seule fois.

Un filtre mal écrit qu'on ignorerait rendrait tout; un filtre répété, on ne sait lequel.
"""

from collections.abc import Iterator

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request


class Parametres:
    """Les paramètres que connaît chaque route d'une application."""

    def __init__(self) -> None:
        # Par identité : une route ne se hache pas, et vit autant que l'application.
        self._connus: dict[int, frozenset[str]] = {}

    def exiger(self, requete: Request) -> None:
        """Lève `RequestValidationError` (422) : paramètre inconnu de la route, ou répété."""
        if not requete.scope["query_string"]:
            return
        connus, vus = self._de(requete.scope["route"]), set[str]()
        fautes: list[dict[str, object]] = []
        for nom, _ in requete.query_params.multi_items():
            if nom not in connus:
                fautes.append({"type": "parametre_inconnu", "loc": ("query", nom)})
            elif nom in vus:
                fautes.append({"type": "parametre_repete", "loc": ("query", nom)})
            vus.add(nom)
        if fautes:
            raise RequestValidationError(fautes)

    def _de(self, route: APIRoute) -> frozenset[str]:
        if id(route) not in self._connus:
            self._connus[id(route)] = frozenset(_noms(route.dependant))
        return self._connus[id(route)]


def _noms(dependant: Dependant) -> Iterator[str]:
    yield from (champ.alias for champ in dependant.query_params)
    for dependance in dependant.dependencies:
        yield from _noms(dependance)
