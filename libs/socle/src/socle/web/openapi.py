"""L'OpenAPI 3.1 du service : sécurité, en-têtes communs, rôles exigés, problèmes en français."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from noyau import Annuaire
from socle.web.appel import Acces
from socle.web.signature import AccesSigne

_CLE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Une clé par acte : le même appel répété n'a qu'un effet.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "2f1c1f0e-7d1b-4f0e-9f6e-5d9a6f0a8c11",
}
_ETAG = r'"(0|[1-9][0-9]{0,14})(\.[0-9a-f]{1,64})?"'
_CONDITION = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "L'ETag lu, ou plusieurs; l'acte est refusé si l'objet a changé depuis (412).",
    "schema": {
        "type": "string",
        "pattern": rf"^(\*|{_ETAG}(, ?{_ETAG})*)$",
    },
    "example": '"1.9f86d081884c7d659a2feaa0"',
}


def completer(application: FastAPI, annuaire: Annuaire) -> None:
    """Remplace `application.openapi` par un document complété, calculé une fois.

    Lève `ValueError` si une route n'a ni accès ni signature, ou exige un rôle que l'annuaire ne
    connaît pas.
    """
    for _, roles in _operations(application):
        if inconnus := (roles or frozenset()) - annuaire.roles:
            raise ValueError(f"Rôles inconnus : {sorted(inconnus)}")
    origine = application.openapi

    def openapi() -> dict[str, Any]:
        if application.openapi_schema is None:
            document = origine()
            document.setdefault("components", {})["securitySchemes"] = {
                "jeton": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            }
            for (chemin, methode), roles in _operations(application):
                operation = document["paths"][chemin][methode.lower()]
                # Sans rôle nommé, tout jeton valide convient.
                exiges = annuaire.roles if roles == frozenset() else roles
                _completer_operation(operation, methode, exiges)
            for nom in ("HTTPValidationError", "ValidationError"):
                document["components"].get("schemas", {}).pop(nom, None)
            application.openapi_schema = document
        return application.openapi_schema

    # La manière que documente FastAPI.
    application.openapi = openapi  # type: ignore[method-assign]


def _operations(
    application: FastAPI,
) -> Iterator[tuple[tuple[str, str], frozenset[str] | None]]:
    """Chaque opération publique (chemin, méthode), et les rôles qu'exige son accès."""
    for route in iter_route_contexts(application.routes):
        origine = route.original_route
        if isinstance(origine, APIRoute) and origine.include_in_schema:
            for methode in route.methods or ():
                yield (route.path_format or "", methode), _roles(origine.dependant)


def _roles(dependant: Dependant) -> frozenset[str] | None:
    """Les rôles qu'exige une route; rien si une signature en tient lieu. Lève `ValueError`."""
    for dependance in dependant.dependencies:
        if isinstance(dependance.call, Acces):
            return dependance.call.roles
        if isinstance(dependance.call, AccesSigne):
            return None
    raise ValueError(f"Une route n'a ni accès ni signature : {dependant.path}")


def _completer_operation(
    operation: dict[str, Any], methode: str, roles: frozenset[str] | None
) -> None:
    parametres: list[Mapping[str, Any]] = operation.setdefault("parameters", [])
    if roles is not None:
        operation["security"] = [{"jeton": []}]
        operation["x-roles"] = sorted(roles)
        if methode in {"POST", "DELETE"}:
            parametres.append(_CLE)
        elif methode in {"PUT", "PATCH"}:
            parametres.append(_CONDITION)
    if not parametres:
        del operation["parameters"]
