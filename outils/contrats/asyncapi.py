"""`docs/asyncapi.json` : le même registre en AsyncAPI 3.0, pour les machines."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, cast

from contrats import EVENEMENTS, PRODUCTEURS, Evenement
from noyau import sujet_de
from outils.contrats.ecoutants import SERVICES, ecoutes_de
from outils.contrats.elargissement import Schema
from outils.contrats.enveloppe import (
    schema_en_tetes,
    schema_en_tetes_de_jalon,
    schema_jalon,
    schema_rebut,
)
from outils.contrats.schemas import du_producteur, exemple, nom_ascii, schema
from socle.bus.enveloppe import TYPE_ECARTE, TYPE_JALON, schema_de
from socle.reception.ecoutes import sujet_des_rebuts

Objet: TypeAlias = dict[str, object]

_INFO: Final[Objet] = {
    "title": "SBG : événements",
    "version": "1.0.0",
    "description": (
        "Ce que les services du SBG publient. Un sujet par producteur, gardé sans limite de temps; "
        "la clé d'un message est son agrégat, et l'ordre n'est promis que pour une clé."
    ),
}
_ECARTE: Final = nom_ascii(TYPE_ECARTE)
_DE_TOUT_SUJET: Final = (TYPE_JALON, _ECARTE)
"""Ce qui paraît sur le sujet de tout producteur, en plus de ses faits."""
_SANS_FIN: Final[Objet] = {"kafka": {"topicConfiguration": {"retention.ms": -1}}}


def document() -> Objet:
    """Le document AsyncAPI entier."""
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": "application/json",
        "channels": {nom: canal for p in PRODUCTEURS for nom, canal in _canaux(p)},
        "operations": dict(_operations()),
        "components": {
            "messages": {
                **{_nom(classe): _message(classe) for classe in EVENEMENTS.values()},
                TYPE_JALON: _message_jalon(),
                _ECARTE: _message_ecarte(),
                "rebut": _message_rebut(),
            },
            "schemas": {
                "en-tetes": schema_en_tetes(),
                TYPE_JALON: schema_jalon(),
                "rebut": schema_rebut(),
                **{nom: corps for c in EVENEMENTS.values() for nom, corps in _schemas(c)},
            },
        },
    }


def _canaux(producteur: str) -> Iterator[tuple[str, Objet]]:
    tous = (*_messages(producteur), *_DE_TOUT_SUJET)
    messages = {nom: _renvoi("components", "messages", nom) for nom in tous}
    yield (
        producteur,
        {
            "address": sujet_de(producteur),
            "description": f"Les faits que publie {producteur}, et ses jalons.",
            "messages": messages,
            "bindings": _SANS_FIN,
        },
    )
    for consommateur in _consommateurs(producteur):
        yield (
            _rebuts(producteur, consommateur),
            {
                "address": sujet_des_rebuts(sujet_de(producteur), consommateur),
                "description": f"Les messages de {producteur} que {consommateur} a écartés.",
                "messages": {"rebut": _renvoi("components", "messages", "rebut")},
                "bindings": _SANS_FIN,
            },
        )


def _operations() -> Iterator[tuple[str, Objet]]:
    for producteur in PRODUCTEURS:
        tous = (*_messages(producteur), *_DE_TOUT_SUJET)
        yield f"{producteur}.publie", _operation("send", producteur, tous)
    for service in SERVICES:
        ecoutes = {_nom(classe) for classe in ecoutes_de(service)}
        for producteur in PRODUCTEURS:
            recus = tuple(nom for nom in _messages(producteur) if nom in ecoutes)
            if recus:
                nom = f"{service}.ecoute.{producteur}"
                yield nom, _operation("receive", producteur, (*recus, *_DE_TOUT_SUJET))
                canal = _rebuts(producteur, service)
                yield f"{service}.ecarte.{producteur}", _operation("send", canal, ("rebut",))


def _operation(action: str, canal: str, messages: tuple[str, ...]) -> Objet:
    return {
        "action": action,
        "channel": _renvoi("channels", canal),
        "messages": [_renvoi("channels", canal, "messages", nom) for nom in messages],
    }


def _rebuts(producteur: str, consommateur: str) -> str:
    return f"{producteur}.rebuts.{consommateur}"


def _consommateurs(producteur: str) -> list[str]:
    return [s for s in SERVICES if producteur in {c.PRODUCTEUR for c in ecoutes_de(s)}]


def _message(classe: type[Evenement]) -> Objet:
    propres = {
        "ce_type": {"const": classe.TYPE},
        "ce_dataschema": {"const": schema_de(classe.TYPE, classe.VERSION)},
    }
    corps = schema(classe)
    cle = cast("Mapping[str, Objet]", corps["properties"])[classe.CLE]
    return {
        "name": classe.TYPE,
        "title": classe.__name__,
        "summary": str(corps["description"]).partition("\n")[0],
        "headers": {
            "allOf": [_renvoi("components", "schemas", "en-tetes"), {"properties": propres}]
        },
        "payload": _renvoi("components", "schemas", _nom(classe)),
        "bindings": {"kafka": {"key": {**cle, "description": f"La valeur de « {classe.CLE} »."}}},
        "examples": [{"name": _nom(classe), "payload": exemple(classe)}],
    }


def _message_jalon() -> Objet:
    return {
        "name": TYPE_JALON,
        "title": "Jalon",
        "summary": "Tout fait de ce sujet enregistré avant « jusqua » a déjà été publié.",
        "headers": schema_en_tetes_de_jalon(),
        "payload": _renvoi("components", "schemas", TYPE_JALON),
    }


def _message_ecarte() -> Objet:
    return {
        "name": TYPE_ECARTE,
        "title": "Écarté",
        "summary": "Un fait auquel un opérateur a renoncé, à son rang et vide : rien à en faire.",
        "headers": {
            "allOf": [
                _renvoi("components", "schemas", "en-tetes"),
                {"properties": {"ce_type": {"const": TYPE_ECARTE}}},
            ]
        },
        "payload": {"type": "object", "maxProperties": 0},
    }


def _message_rebut() -> Objet:
    propres = {"ce_type": {"const": "rebut"}, "raison": {"type": "string"}}
    return {
        "name": "rebut",
        "title": "Rebut",
        "summary": "Un message écarté par un consommateur; l'en-tête « raison » dit pourquoi.",
        "headers": {
            "allOf": [
                _renvoi("components", "schemas", "en-tetes"),
                {"properties": propres, "required": ["raison"]},
            ]
        },
        "payload": _renvoi("components", "schemas", "rebut"),
    }


def _schemas(classe: type[Evenement]) -> Iterator[tuple[str, object]]:
    """Le schéma de l'événement et de ses parties, les renvois réécrits pour ce document."""
    corps = dict(schema(classe))
    parties = cast("Mapping[str, Schema]", corps.pop("$defs", {}))
    prefixe = _nom(classe)
    for mot in ("$schema", "$id"):
        del corps[mot]
    yield prefixe, _reecrire(corps, prefixe)
    for nom, partie in parties.items():
        yield f"{prefixe}.{nom}", _reecrire(partie, prefixe)


def _reecrire(noeud: object, prefixe: str) -> object:
    if isinstance(noeud, list):
        return [_reecrire(element, prefixe) for element in noeud]
    if not isinstance(noeud, dict):
        return noeud
    return {
        mot: f"#/components/schemas/{prefixe}.{str(valeur).removeprefix('#/$defs/')}"
        if mot == "$ref"
        else _reecrire(valeur, prefixe)
        for mot, valeur in noeud.items()
    }


def _messages(producteur: str) -> Iterator[str]:
    return map(_nom, du_producteur(producteur))


def _nom(classe: type[Evenement]) -> str:
    return f"{nom_ascii(classe.TYPE)}.v{classe.VERSION}"


def _renvoi(*pas: str) -> Objet:
    return {"$ref": "#/" + "/".join(pas)}
