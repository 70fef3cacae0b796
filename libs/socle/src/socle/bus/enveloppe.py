"""L'enveloppe CloudEvents 1.0 : mode binaire sur le bus, JSON structuré vers l'extérieur."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from noyau import instant_plausible

E = TypeVar("E")

TYPE_JALON = "jalon"
TYPE_ECARTE = "écarté"
"""Ce qu'un opérateur met à la place d'un fait auquel il renonce : rien, au même rang."""
_PREFIXE = "ce_"
_SPECVERSION = "1.0"
_MEDIA = "application/json"
_NUMERO = re.compile(r"[1-9][0-9]{0,17}")
_REPERES = (_PREFIXE + "id", _PREFIXE + "sequence")
EN_TETE_ECARTE = _PREFIXE + "typeecarte"
"""D'un écarté, l'en-tête qui dit le type du fait dont il tient la place."""
_OBLIGATOIRES: Final = {
    nom: _PREFIXE + nom
    for nom in ("id", "source", "type", "time", "recordedtime", "sequence", "dataschema")
}


class EnveloppeIllisible(ValueError):
    """Le message n'a pas d'enveloppe CloudEvents lisible; il va aux rebuts."""


@dataclass(frozen=True, slots=True)
class Message:
    """Un message du bus, tel quel; se garde et se relit octet pour octet."""

    sujet: str
    partition: int
    position: int
    cle: str
    en_tetes: Mapping[str, str]
    charge: bytes

    @property
    def identifiant(self) -> UUID:
        """L'identifiant de l'événement; à défaut, un identifiant dérivé de sa place."""
        try:
            return UUID(self.en_tetes[_PREFIXE + "id"])
        except (KeyError, ValueError):
            return uuid5(NAMESPACE_URL, f"{self.sujet}/{self.partition}/{self.position}")

    @property
    def identite(self) -> tuple[UUID, str]:
        """Ce qui distingue l'événement de tout autre : l'identifiant ne vaut que dans sa source."""
        return self.identifiant, self.sujet

    @property
    def type(self) -> str:
        return self.en_tetes.get(_PREFIXE + "type", "")

    @property
    def type_tenu(self) -> str:
        """Le type; d'un écarté, celui du fait dont il tient la place, s'il le dit."""
        nom = self.type
        return self.en_tetes.get(EN_TETE_ECARTE, nom) if nom == TYPE_ECARTE else nom

    @property
    def sequence(self) -> int:
        """Le numéro de séquence, à partir de 1; 0 s'il est absent ou impossible."""
        valeur = self.en_tetes.get(_PREFIXE + "sequence", "")
        return int(valeur) if _NUMERO.fullmatch(valeur) else 0

    def sans_effet(self) -> "Message":
        """Le même message, vidé : il garde sa place dans la séquence de sa clé, et ne dit rien."""
        gardes = {nom: self.en_tetes[nom] for nom in _REPERES if nom in self.en_tetes}
        return replace(self, en_tetes={**gardes, _PREFIXE + "type": TYPE_ECARTE}, charge=b"{}")

    def en_octets(self) -> bytes:
        """La forme gardée en base (stationnement, rebuts)."""
        champs = {champ.name: getattr(self, champ.name) for champ in fields(self)}
        charge = base64.b64encode(self.charge).decode()
        return orjson.dumps({**champs, "en_tetes": dict(self.en_tetes), "charge": charge})

    @classmethod
    def relire(cls, octets: bytes) -> "Message":
        """Relit `en_octets`."""
        champs: dict[str, Any] = orjson.loads(octets)
        return cls(**{**champs, "charge": base64.b64decode(champs["charge"])})


@dataclass(frozen=True, slots=True)
class Enveloppe:
    """Les attributs d'un événement; `survenu_le` et `enregistre_le` sont en UTC."""

    id: UUID
    type: str
    version: int
    survenu_le: datetime
    enregistre_le: datetime
    sequence: int
    sujet: str
    cle: str

    @classmethod
    def lire(cls, message: Message) -> "Enveloppe":
        """Lit l'enveloppe d'un message; lève `EnveloppeIllisible`."""
        champs = {nom: message.en_tetes.get(cle, "") for nom, cle in _OBLIGATOIRES.items()}
        if manquants := [nom for nom, valeur in champs.items() if not valeur]:
            raise EnveloppeIllisible(f"Attributs absents : {', '.join(manquants)}.")
        if champs["source"] != source_de(message.sujet):
            raise EnveloppeIllisible(f"Le sujet {message.sujet} n'est pas celui de cette source.")
        try:
            return cls(
                id=UUID(champs["id"]),
                type=champs["type"],
                version=int(champs["dataschema"].rpartition(":v")[2]),
                survenu_le=instant_lu(champs["time"]),
                enregistre_le=instant_lu(champs["recordedtime"]),
                sequence=_sequence(message),
                sujet=message.sujet,
                cle=message.cle,
            )
        except (ValueError, OverflowError) as erreur:
            raise EnveloppeIllisible(f"Attribut mal formé : {erreur}.") from erreur


@dataclass(frozen=True, slots=True)
class Recu(Generic[E]):
    """Un événement reçu, décodé, avec son enveloppe."""

    evenement: E
    id: UUID
    survenu_le: datetime
    enregistre_le: datetime
    sequence: int
    sujet: str
    cle: str
    trace: str = ""
    """Le `traceparent` de l'écriture d'où il vient, s'il en a une."""


def schema_de(type_evenement: str, version: int) -> str:
    """L'attribut `dataschema`, un URI (ASCII) : il porte la version du contrat."""
    return f"urn:sbg:{quote(type_evenement)}:v{version}"


def en_tetes_binaires(
    enveloppe: Enveloppe, supplement: Mapping[str, str]
) -> list[tuple[str, bytes]]:
    """Les en-têtes Kafka d'un événement (CloudEvents, mode binaire).

    Lève `InstantNaif` ou `InstantImpossible` plutôt que d'annoncer un instant que nul ne lirait.
    """
    champs = attributs(enveloppe)
    media = champs.pop("datacontenttype")
    paires = [(_PREFIXE + nom, valeur.encode()) for nom, valeur in champs.items()]
    paires.append(("content-type", media.encode()))
    return paires + [(nom, valeur.encode()) for nom, valeur in supplement.items()]


def en_tetes_de_jalon(sujet: str, partition: int, jusqua: datetime) -> list[tuple[str, bytes]]:
    """Les en-têtes Kafka d'un jalon : un CloudEvents, sans agrégat, donc sans clé ni séquence.

    Redit après une panne, c'est le même jalon : son identifiant vient du sujet, de la partition et
    de l'instant.
    """
    champs = {
        "specversion": _SPECVERSION,
        "id": str(uuid5(NAMESPACE_URL, f"{TYPE_JALON}/{sujet}/{partition}/{_texte(jusqua)}")),
        "source": source_de(sujet),
        "type": TYPE_JALON,
        "time": _texte(jusqua),
    }
    paires = [(_PREFIXE + nom, valeur.encode()) for nom, valeur in champs.items()]
    return [*paires, ("content-type", _MEDIA.encode())]


def attributs(enveloppe: Enveloppe) -> dict[str, str]:
    """Les attributs CloudEvents d'un événement, sans donnée personnelle."""
    return {
        "specversion": _SPECVERSION,
        "id": str(enveloppe.id),
        "source": source_de(enveloppe.sujet),
        "type": enveloppe.type,
        "subject": enveloppe.cle,
        "time": _texte(enveloppe.survenu_le),
        "recordedtime": _texte(enveloppe.enregistre_le),
        "sequence": str(enveloppe.sequence),
        "dataschema": schema_de(enveloppe.type, enveloppe.version),
        "datacontenttype": _MEDIA,
    }


def structure(enveloppe: Enveloppe, donnees: object, trace: str = "") -> bytes:
    """L'événement en CloudEvents JSON structuré (webhooks).

    Sa trace y est l'attribut `traceparent` (extension « Distributed Tracing »), s'il en a une.
    """
    dits = attributs(enveloppe) | ({"traceparent": trace} if trace else {})
    return orjson.dumps({**dits, "data": donnees})


def trace_de(corps: bytes) -> str:
    """La trace que porte un événement rendu par `structure`, ou rien."""
    return str(orjson.loads(corps).get("traceparent", ""))


def source_de(sujet: str) -> str:
    """L'attribut `source` des événements d'un sujet : le service qui y publie."""
    return f"/sbg/{sujet.split('.')[1]}"


def _sequence(message: Message) -> int:
    if not (sequence := message.sequence):
        raise ValueError("numéro de séquence impossible")
    return sequence


def instant_lu(texte: str) -> datetime:
    """Un instant du bus, en UTC; lève `ValueError` sans fuseau ou hors des années 2000 à 2100."""
    return instant_plausible(datetime.fromisoformat(texte))


def _texte(instant: datetime) -> str:
    return instant_plausible(instant).isoformat().replace("+00:00", "Z")
