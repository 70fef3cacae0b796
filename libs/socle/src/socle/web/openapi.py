"""L'OpenAPI 3.1 du service : sécurité, en-têtes communs, rôles exigés, problèmes en français."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

_CLE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Une clé par acte : le même appel répété n'a qu'un effet.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "2f1c1f0e-7d1b-4f0e-9f6e-5d9a6f0a8c11",
}
_CONDITION = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "L'ETag lu; l'acte est refusé si l'objet a changé depuis (412).",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,15}"$'},
    "example": '"1"',
}


def completer(application: FastAPI) -> None:
    """Remplace `application.openapi` par un document complété, calculé une fois."""
    origine = application.openapi

    def openapi() -> dict[str, Any]:
        if application.openapi_schema is None:
            document = origine()
            document.setdefault("components", {})["securitySchemes"] = {
                "jeton": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            }
            for route in iter_route_contexts(application.routes):
                if not (
                    isinstance(route.original_route, APIRoute)
                    and route.original_route.include_in_schema
                ):
                    continue
                roles = roles_exiges(route.original_route.dependant)
                for methode in route.methods or ():
                    operation = document["paths"][route.path_format][methode.lower()]
                    _completer_operation(operation, methode, roles)
            for nom in ("HTTPValidationError", "ValidationError"):
                document["components"].get("schemas", {}).pop(nom, None)
            application.openapi_schema = document
        return application.openapi_schema

    # La manière que documente FastAPI.
    application.openapi = openapi  # type: ignore[method-assign]


def roles_exiges(dependant: Dependant) -> frozenset[str] | None:
    """Les rôles que demande une route; rien si elle ne passe par aucun `acces`."""
    for dependance in dependant.dependencies:
        roles: frozenset[str] | None = getattr(dependance.call, "roles", None)
        if roles is not None:
            return roles
    return None


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
