"""Les en-têtes d'un événement sur le bus, en mots et en schéma."""

from typing import Final

from outils.contrats.elargissement import Schema
from socle.bus.enveloppe import TYPE_JALON

EN_TETES: Final[tuple[tuple[str, Schema, str], ...]] = (
    ("ce_specversion", {"type": "string", "const": "1.0"}, "La version de CloudEvents."),
    ("ce_id", {"type": "string", "format": "uuid"}, "L'événement; le même à chaque envoi."),
    ("ce_source", {"type": "string", "format": "uri-reference"}, "Le service producteur."),
    ("ce_type", {"type": "string"}, "Le type de l'événement, en français, accents compris (NFC)."),
    ("ce_subject", {"type": "string"}, "L'agrégat : la clé du message."),
    ("ce_time", {"type": "string", "format": "date-time"}, "Quand le fait est survenu (UTC)."),
    (
        "ce_recordedtime",
        {"type": "string", "format": "date-time"},
        "Quand le fait a été enregistré (UTC); le retard et les jalons s'y lisent.",
    ),
    (
        "ce_sequence",
        {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "Le rang de l'événement pour sa clé dans son sujet : 1, 2, 3…, sans trou.",
    ),
    (
        "ce_dataschema",
        {"type": "string", "format": "uri"},
        "Le schéma du corps; il finit par la version du contrat.",
    ),
    ("content-type", {"type": "string", "const": "application/json"}, "La forme du corps."),
    (
        "traceparent",
        {"type": "string"},
        "Facultatif : la trace (W3C) de l'écriture d'où vient l'événement.",
    ),
)
"""Nom, schéma et sens de chaque en-tête (CloudEvents 1.0, mode binaire de Kafka)."""

FACULTATIFS: Final = frozenset({"traceparent"})


def schema_en_tetes() -> Schema:
    """Le schéma commun des en-têtes."""
    return {
        "type": "object",
        "description": "Attributs CloudEvents 1.0, en mode binaire.",
        "properties": {nom: {**corps, "description": sens} for nom, corps, sens in EN_TETES},
        "required": [nom for nom, _, _ in EN_TETES if nom not in FACULTATIFS],
    }


ATTRIBUTS_DU_JALON: Final = frozenset(
    {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type"}
)
"""Ce qu'un jalon porte : un CloudEvents, mais ni agrégat, ni rang, ni schéma de contrat."""


def schema_en_tetes_de_jalon() -> Schema:
    """Le schéma des en-têtes d'un jalon; les premiers parus n'avaient que `ce_type`."""
    return {
        "type": "object",
        "description": "Attributs CloudEvents 1.0 d'un jalon; `ce_time` y est `jusqua`.",
        "properties": {nom: corps for nom, corps, _ in EN_TETES if nom in ATTRIBUTS_DU_JALON}
        | {"ce_type": {"const": TYPE_JALON}},
        "required": [nom for nom, _, _ in EN_TETES if nom in ATTRIBUTS_DU_JALON],
    }


def schema_jalon() -> Schema:
    """Le corps d'un jalon."""
    return {
        "type": "object",
        "description": "Tout fait de ce sujet enregistré avant `jusqua` a déjà été publié.",
        "properties": {
            "jusqua": {"type": "string", "format": "date-time"},
            "partitions": {
                "type": "integer",
                "minimum": 1,
                "description": "Le nombre de partitions du sujet : il faut un jalon de chacune.",
            },
        },
        "required": ["jusqua", "partitions"],
    }


def schema_rebut() -> Schema:
    """Le corps d'un message écarté : le message d'origine, octet pour octet."""
    return {
        "type": "object",
        "description": "Un message qu'un consommateur n'a pas pu traiter, tel qu'il l'a reçu.",
        "properties": {
            "sujet": {"type": "string", "description": "D'où il vient."},
            "partition": {"type": "integer", "minimum": 0},
            "position": {"type": "integer", "minimum": 0},
            "cle": {"type": "string"},
            "en_tetes": {"type": "object", "additionalProperties": {"type": "string"}},
            "charge": {"type": "string", "contentEncoding": "base64"},
        },
        "required": ["sujet", "partition", "position", "cle", "en_tetes", "charge"],
    }
