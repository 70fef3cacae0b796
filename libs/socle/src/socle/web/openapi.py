"""L'OpenAPI 3.1 du service : sécurité, en-têtes communs, rôles exigés, réponses possibles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter

from noyau import Annuaire
from socle.serveur.problemes import PAGES
from socle.web.appel import Acces
from socle.web.composants import ajouter, elaguer, nommer
from socle.web.corps import tableur_de
from socle.web.exemples import Exemples
from socle.web.modeles import ProblemeOut
from socle.web.reponses import JSON, completer_reponses, composants, traits
from socle.web.signature import AccesSigne
from socle.web.tableur import MEDIA

_DE_PYDANTIC: Final = frozenset({"max_digits", "decimal_places", "gt", "ge", "lt", "le"})
_CLE: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Une clé par acte : le même appel répété n'a qu'un effet.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "2f1c1f0e-7d1b-4f0e-9f6e-5d9a6f0a8c11",
}
_ETAG: Final = r'"(0|[1-9][0-9]{0,14})(\.[0-9a-f]{1,64})?"'
_CONDITION: Final = {
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
_DEJA_LU: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "L'ETag déjà tenu : si rien n'a changé, la réponse est 304, sans corps.",
    "schema": {"type": "string", "maxLength": 1_000},
}
_SIGNATURE: Final = (
    {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "description": "L'identifiant de l'événement, le même à chaque essai : il dédoublonne.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        "example": "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
    },
    {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "description": "L'instant de l'envoi, en secondes depuis 1970 (UTC); à 5 minutes près.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,12}$"},
        "example": "1789398000",
    },
    {
        "name": "webhook-signature",
        "in": "header",
        "required": True,
        "description": "Une ou des signatures « v1,… », séparées d'une espace.",
        "schema": {"type": "string"},
        "example": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    },
)
_SECURITE: Final = {
    "jeton": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Le jeton de votre émetteur OpenID Connect; ses claims `organisme` et "
        "`roles` disent ce qu'il permet. `x-roles` nomme les rôles qu'accepte une opération.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Signature Standard Webhooks : le HMAC-SHA256, en base64, de "
        "`{webhook-id}.{webhook-timestamp}.{corps}` sous la clé partagée `whsec_…`, précédé de "
        "« v1, ». Aucun jeton n'est demandé.",
    },
}
_INTRODUCTION: Final = f"""
Tout est en JSON et en français, sous `/v1`.

- **Écrire** : un POST porte `Idempotency-Key`, une clé neuve par acte; répété, il rend la même
  réponse. Un PATCH porte `If-Match`, l'`ETag` lu.
- **Lire** : toute lecture porte un `ETag`; redit dans `If-None-Match`, il donne 304 tant que rien
  de ce qui est montré n'a changé.
- **Lister** : `limite` (200 au plus) et `curseur`; l'en-tête `Link` donne la page suivante.
- **Refus** : `application/problem+json` (RFC 9457); `type` mène à la page qui l'explique, et toutes
  sont sous [{PAGES.rstrip("/")}]({PAGES.rstrip("/")}); `regle` nomme la règle qui refuse.
- **Entretien** : annoncé, il se dit sur toute réponse jusqu'à sa fin, par l'en-tête
  `SBG-Entretien: <début>/<fin>` (intervalle ISO 8601, en UTC). Pendant, tout se lit; une écriture
  reçoit 503 et `Retry-After`.
"""


def completer(
    application: FastAPI,
    annuaire: Annuaire,
    sections: Mapping[str, str],
    exemples: Exemples,
) -> None:
    """Remplace `application.openapi` par un document complété, calculé une fois.

    `sections` : ce que dit chaque étiquette des routes. Lève `ValueError` si une route n'a ni accès
    ni signature, exige un rôle que l'annuaire ne connaît pas, porte une étiquette non décrite, ou
    se nomme comme une autre.
    """
    routes = list(_routes(application))
    _verifier(routes, annuaire, sections)
    origine = application.openapi

    def openapi() -> dict[str, Any]:
        if application.openapi_schema is None:
            brut = _sans_contraintes_de_pydantic(origine())
            application.openapi_schema = _completer(brut, routes, annuaire, sections, exemples)
        return application.openapi_schema

    # La manière que documente FastAPI.
    application.openapi = openapi  # type: ignore[method-assign]


def _sans_contraintes_de_pydantic(noeud: Any) -> Any:  # noqa: ANN401 -- du JSON
    """Le document sans ce que pydantic y laisse d'un décimal qu'un vérificateur enveloppe.

    Son motif le dit déjà; ces clés ne sont pas de JSON Schema.
    """
    if isinstance(noeud, dict):
        # Hors d'un schéma (un champ « le », par exemple), une de ces clés porte un objet.
        return {
            nom: _sans_contraintes_de_pydantic(valeur)
            for nom, valeur in noeud.items()
            if nom not in _DE_PYDANTIC or isinstance(valeur, dict | list)
        }
    return [*map(_sans_contraintes_de_pydantic, noeud)] if isinstance(noeud, list) else noeud


@dataclass(frozen=True, slots=True)
class _Route:
    """Une route publique, telle que l'application la sert."""

    chemin: str
    methode: str
    nom: str
    etiquettes: tuple[str, ...]
    acces: "Acces[Any] | AccesSigne[Any]"
    corps: Any
    """Le type du corps reçu, ou rien."""


def _routes(application: FastAPI) -> Iterator[_Route]:
    """Chaque opération publique; lève `ValueError` si une route est sans accès."""
    for route in iter_route_contexts(application.routes):
        origine = route.original_route
        if isinstance(origine, APIRoute) and origine.include_in_schema:
            acces, champ = _acces(origine.dependant), origine.body_field
            corps = acces.corps if isinstance(acces, AccesSigne) else None
            for methode in sorted(route.methods or ()):
                yield _Route(
                    chemin=route.path_format or "",
                    methode=methode,
                    nom=origine.operation_id or origine.name,
                    etiquettes=tuple(map(str, origine.tags)),
                    acces=acces,
                    corps=champ.field_info.annotation if champ else corps,
                )


def _acces(dependant: Dependant) -> "Acces[Any] | AccesSigne[Any]":
    for dependance in dependant.dependencies:
        if isinstance(dependance.call, Acces | AccesSigne):
            return dependance.call
    raise ValueError(f"Une route n'a ni accès ni signature : {dependant.path}")


def _verifier(routes: list[_Route], annuaire: Annuaire, sections: Mapping[str, str]) -> None:
    noms = set[str]()
    for route in routes:
        exiges = route.acces.roles if isinstance(route.acces, Acces) else frozenset[str]()
        if inconnus := exiges - annuaire.roles:
            raise ValueError(f"Rôles inconnus : {sorted(inconnus)}")
        if muettes := set(route.etiquettes) - set(sections):
            raise ValueError(f"Étiquettes non décrites : {sorted(muettes)}")
        if route.nom in noms:
            raise ValueError(f"Deux opérations se nomment « {route.nom} ».")
        noms.add(route.nom)


def _completer(
    document: dict[str, Any],
    routes: list[_Route],
    annuaire: Annuaire,
    sections: Mapping[str, str],
    exemples: Exemples,
) -> dict[str, Any]:
    """Le document de FastAPI, complété sur place."""
    document["info"]["description"] += "\n" + _INTRODUCTION
    document["servers"] = [{"url": "/", "description": "Le service même qui rend ce document."}]
    document["tags"] = [{"name": nom, "description": dit} for nom, dit in sections.items()]
    parties = document.setdefault("components", {})
    signees = any(isinstance(route.acces, AccesSigne) for route in routes)
    parties["securitySchemes"] = {
        nom: dit for nom, dit in _SECURITE.items() if nom == "jeton" or signees
    }
    parties |= composants()
    parties.setdefault("schemas", {})["ProblemeOut"] = ajouter(
        document, TypeAdapter(ProblemeOut), "serialization"
    )
    for route in routes:
        operation = document["paths"][route.chemin][route.methode.lower()]
        operation["operationId"] = route.nom
        _completer_corps(document, operation, route)
        _completer_acces(operation, route, annuaire)
        signee = isinstance(route.acces, AccesSigne)
        nomme = any(nom == "organisme" or nom.endswith("_id") for nom in _champs(route.corps))
        dits = traits(
            operation, route.methode, route.chemin, signee=signee, nomme=nomme and not signee
        )
        rendus = exemples.get(route.nom, {})
        completer_reponses(operation, dits, parties["schemas"], rendus)
        if route.methode == "GET":
            operation["parameters"].append(_DEJA_LU)
        if dits.conditionnelle:
            requise = route.methode in {"PUT", "PATCH"}
            operation["parameters"].append({**_CONDITION, "required": requise})
    nommer(document)
    elaguer(document)
    return document


def _completer_acces(operation: dict[str, Any], route: _Route, annuaire: Annuaire) -> None:
    parametres: list[Mapping[str, Any]] = operation.setdefault("parameters", [])
    if isinstance(route.acces, AccesSigne):
        operation["security"] = [{"signature": []}]
        parametres.extend(_SIGNATURE)
        return
    operation["security"] = [{"jeton": []}]
    operation["x-roles"] = sorted(route.acces.admis(route.methode, annuaire))
    if route.methode in {"POST", "DELETE"}:
        parametres.append({**_CLE, "required": route.acces.cle_requise})


def _completer_corps(document: dict[str, Any], operation: dict[str, Any], route: _Route) -> None:
    """Le corps d'un appel signé, que la route lit elle-même; et l'exemple de tout corps."""
    if isinstance(route.acces, AccesSigne) and "requestBody" not in operation:
        schema = ajouter(document, TypeAdapter(route.corps), "validation")
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    contenu = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if contenu is None:
        return
    dits = {m.__name__: _exemple(m) for m in _modeles(route.corps)}
    if tableur := tableur_de(route.corps):
        csv = {"schema": {"type": "string"}, "example": tableur.ecrire(_exemple(route.corps))}
        operation["requestBody"]["content"][MEDIA] = csv
    if len(dits) == 1:
        contenu["example"] = next(iter(dits.values()))
    elif dits:
        contenu["examples"] = {nom: {"value": exemple} for nom, exemple in dits.items()}


def _modeles(corps: object) -> Iterator[type[BaseModel]]:
    """Les modèles qu'un corps peut être."""
    if isinstance(corps, type) and issubclass(corps, BaseModel):
        yield corps
        return
    for partie in get_args(corps):
        yield from _modeles(partie)


def _exemple(modele: type[BaseModel]) -> Any:  # noqa: ANN401 -- du JSON
    """L'exemple que déclare un modèle, tel quel : FastAPI en perdrait les valeurs nulles."""
    dits: Any = (modele.model_config.get("json_schema_extra") or {}).get("examples")  # type: ignore[union-attr]
    if not dits:
        raise ValueError(f"Un corps reçu n'a pas d'exemple : {modele.__name__}")
    return dits[0]


def _champs(corps: object) -> set[str]:
    """Les champs d'un corps, et de ce qu'il contient : les lignes d'un lot nomment aussi."""
    noms, vus, restent = set[str](), set[object](), [*_modeles(corps)]
    while restent:
        modele = restent.pop()
        if modele not in vus:
            vus.add(modele)
            noms |= set(modele.model_fields)
            restent += [m for c in modele.model_fields.values() for m in _modeles(c.annotation)]
    return noms
