"""Ce qu'une opération peut répondre : ses seuls statuts, leurs en-têtes, un exemple."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from socle.serveur.problemes import CADRE, TYPE_MEDIA, type_de
from socle.web.composants import REFERENCE

JSON: Final = "application/json"
_ECRITURES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TEXTE: Final[Mapping[str, str]] = {"type": "string"}

EN_TETES: Final[Mapping[str, Mapping[str, Any]]] = {
    "ETag": {
        "description": "La version et l'empreinte de ce qui est rendu, à redire dans If-Match ou "
        "If-None-Match.",
        "schema": _TEXTE,
        "example": '"1.9f86d081884c7d659a2feaa0"',
    },
    "Location": {
        "description": "L'adresse de ce qui vient d'être créé.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Link": {
        "description": 'La page suivante, s\'il y en a une : `<…>; rel="next"`.',
        "schema": _TEXTE,
    },
    "Retry-After": {
        "description": "Le nombre de secondes à attendre avant de réessayer.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 2,
    },
    "WWW-Authenticate": {
        "description": "Ce qui manque pour être reconnu.",
        "schema": _TEXTE,
        "example": 'Bearer error="invalid_token"',
    },
}
"""Les en-têtes de réponse que partagent les opérations, par nom."""

_SUCCES: Final[Mapping[str, str]] = {
    "200": "L'acte est fait, ou voici ce qui est demandé.",
    "201": "Créé.",
    "202": "Reçu; ce n'est pas encore fait.",
    "204": "Fait; rien de plus à dire.",
}
_ANGLAIS: Final = frozenset({"Successful Response", *(statut.phrase for statut in HTTPStatus)})
"""Ce que FastAPI dit d'un succès qu'une route ne décrit pas."""

_DES_PROBLEMES: Final[Mapping[int, str]] = {
    401: "WWW-Authenticate",
    429: "Retry-After",
    503: "Retry-After",
}

LOCATION: Final = {"Location": {"$ref": "#/components/headers/Location"}}
"""Les `headers` d'une réponse qui dit où est ce qu'elle rend."""
SITUE: Final[dict[int | str, dict[str, Any]]] = {201: {"headers": LOCATION}}
"""Les `responses` d'une route dont le 201 porte `Location`."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Ce dont dépendent les réponses d'une opération."""

    methode: str
    chemin: str
    signee: bool
    corps: bool
    liste: bool
    nomme: bool
    """Vrai si la requête nomme un objet, qui peut ne pas exister ou être celui d'autrui."""
    formats: int

    @property
    def conditionnelle(self) -> bool:
        """Vrai si l'appelant peut dire la version qu'il a lue (If-Match)."""
        sur_un_objet = self.methode == "POST" and "{" in self.chemin
        return self.methode in {"PUT", "PATCH"} or sur_un_objet

    @property
    def statuts(self) -> set[int]:
        """Les statuts de problème qui peuvent arriver."""
        possibles = {
            400: self.methode in {"POST", "DELETE"} or self.liste,
            401: True,
            403: not self.signee,
            404: self.nomme or "{" in self.chemin,
            406: self.formats > 1,
            409: self.methode in _ECRITURES,
            412: self.conditionnelle,
            413: self.corps,
            415: self.corps,
            422: True,
            428: self.methode in {"PUT", "PATCH"},
            429: True,
            503: True,
        }
        return {statut for statut, possible in possibles.items() if possible}


def traits(
    operation: Mapping[str, Any], methode: str, chemin: str, *, signee: bool, nomme: bool
) -> Traits:
    """Les traits d'une opération, lus de ce que FastAPI en dit."""
    requete = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    return Traits(
        methode=methode,
        chemin=chemin,
        signee=signee,
        corps="requestBody" in operation,
        liste="curseur" in requete,
        nomme=nomme or "organisme" in requete or any(n.endswith("_id") for n in requete),
        formats=len(operation["responses"].get("200", {}).get("content", {})),
    )


def composants() -> dict[str, Any]:
    """Les réponses de problème et les en-têtes que les opérations partagent."""
    return {
        "headers": {nom: dict(en_tete) for nom, en_tete in EN_TETES.items()},
        "responses": {_nom(statut): _probleme(statut) for statut in CADRE if statut != 500},
    }


def _nom(statut: int) -> str:
    """« donnees-invalides » → « DonneesInvalides »."""
    return "".join(mot.capitalize() for mot in CADRE[statut][0].split("-"))


def _probleme(statut: int) -> dict[str, Any]:
    identifiant, titre, explication = CADRE[statut]
    exemple = {"type": type_de(identifiant), "title": titre, "status": statut}
    exemple["detail"] = explication
    reponse: dict[str, Any] = {
        "description": f"{titre}. {explication} Voir [{identifiant}]({type_de(identifiant)}).",
        "content": {
            TYPE_MEDIA: {"schema": {"$ref": f"{REFERENCE}ProblemeOut"}, "example": exemple}
        },
    }
    if en_tete := _DES_PROBLEMES.get(statut):
        reponse["headers"] = {en_tete: {"$ref": f"#/components/headers/{en_tete}"}}
    return reponse


def completer_reponses(
    operation: dict[str, Any],
    dits: Traits,
    schemas: Mapping[str, Any],
    exemples: Mapping[str, Any],
) -> None:
    """Ne laisse que les réponses possibles; dit les en-têtes et l'exemple de chaque succès.

    `exemples` : par statut, ce que le service a vraiment répondu.
    """
    reponses = operation["responses"]
    declares = {s for s in map(int, reponses) if s >= 400 and s != 422}
    succes = {s: r for s, r in reponses.items() if int(s) < 400}
    for statut, reponse in succes.items():
        if reponse["description"] in _ANGLAIS:
            reponse["description"] = _SUCCES[statut]
        en_tetes = _en_tetes(reponse, dits, schemas)
        if en_tetes:
            renvois = {nom: {"$ref": f"#/components/headers/{nom}"} for nom in en_tetes}
            reponse["headers"] = {**renvois, **reponse.get("headers", {})}
        if statut in exemples and JSON in reponse.get("content", {}):
            reponse["content"][JSON]["example"] = exemples[statut]
    problemes = {
        str(statut): {"$ref": f"#/components/responses/{_nom(statut)}"}
        for statut in sorted(dits.statuts | declares)
    }
    if dits.methode == "GET":
        succes["304"] = {
            "description": "Rien n'a changé depuis l'`ETag` que dit `If-None-Match`.",
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
        }
    operation["responses"] = {**succes, **problemes}


def _en_tetes(reponse: Mapping[str, Any], dits: Traits, schemas: Mapping[str, Any]) -> list[str]:
    if dits.methode == "GET":
        return ["ETag", "Link"] if dits.liste else ["ETag"]
    schema = reponse.get("content", {}).get(JSON, {}).get("schema", {})
    rendu = schemas.get(schema.get("$ref", "").removeprefix(REFERENCE), {})
    version = rendu.get("properties", {}).get("version", {})
    return ["ETag"] if version.get("type") == "integer" else []
