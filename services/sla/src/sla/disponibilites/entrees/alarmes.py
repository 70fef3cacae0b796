"""Lire ce qu'envoie Alertmanager (charge utile, version 4), une alarme à la fois.

Le service se dit par l'étiquette `sbg_service`; `sbg_nature` (« panne » si elle manque) et
`sbg_organismes` (séparés de virgules; tous si elle manque) la précisent.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from contrats.base import CodeOrganisme, CodeOuvert
from noyau import InstantImpossible, InstantNaif, instant_plausible
from sla.disponibilites.cas_usage.alarmes import AlarmeRecue
from sla.disponibilites.domaine.alarmes import Alarme
from sla.disponibilites.domaine.indisponibilites import Constat, Nature, Portee
from socle.champs import epurer
from socle.identifiants import uuid7
from socle.web import Entree, exemple

ALARMES_MAX: Final = 1_000
_TAILLE_GARDEE: Final = 4_000
_FOND: Final = 20
_ENTIERS: Final = 2**53
"""Au-delà, tout lecteur de JSON ne lit pas un entier de même."""
_CODE: Final[TypeAdapter[str]] = TypeAdapter(CodeOuvert)
_ORGANISMES: Final[TypeAdapter[list[str]]] = TypeAdapter(list[CodeOrganisme])


class AlarmesIn(Entree):
    """Un groupe d'alarmes, tel qu'Alertmanager le donne; ce qu'on n'en lit pas est ignoré."""

    model_config = ConfigDict(
        extra="ignore",
        str_max_length=100_000,
        **exemple(
            {
                "version": "4",
                "groupKey": '{}:{alertname="ServiceMuet"}',
                "truncatedAlerts": 0,
                "status": "firing",
                "receiver": "sbg-disponibilite",
                "groupLabels": {"alertname": "ServiceMuet"},
                "commonLabels": {"alertname": "ServiceMuet", "sbg_service": "messagerie"},
                "commonAnnotations": {},
                "externalURL": "http://alertmanager.example:9093",
                "alerts": [
                    {
                        "status": "firing",
                        "labels": {"alertname": "ServiceMuet", "sbg_service": "messagerie"},
                        "annotations": {"summary": "La messagerie ne répond plus."},
                        "startsAt": "2026-09-16T10:00:00.417Z",
                        "endsAt": "0001-01-01T00:00:00Z",
                        "generatorURL": "http://prometheus.example:9090/graph",
                        "fingerprint": "7a1c3f0e5b2d4c68",
                    }
                ],
            }
        ),
    )

    version: Literal["4"] = Field(description="La version de la charge utile.")
    alerts: list[object] = Field(
        max_length=ALARMES_MAX, description="Les alarmes du groupe, chacune jugée pour elle-même."
    )

    @property
    def recues(self) -> list[AlarmeRecue]:
        """Chaque alarme, et ce qu'on y lit."""
        return list(map(_recevoir, self.alerts))


class _Illisible(ValueError):
    """Pourquoi une alarme ne se lit pas."""


def _recevoir(dite: object) -> AlarmeRecue:
    document = dite if isinstance(dite, dict) else {"illisible": dite}
    etiquettes = document.get("labels")
    nom = etiquettes.get("alertname") if isinstance(etiquettes, Mapping) else None
    empreinte = document.get("fingerprint")
    alarme, raison = None, ""
    try:
        alarme = _lire(document, nom=_court(nom))
    except _Illisible as faute:
        raison = str(faute)
    return AlarmeRecue(
        id=uuid7(),
        document=_garder(document),
        empreinte=_court(empreinte),
        nom=_court(nom),
        alarme=alarme,
        raison=raison,
    )


def _lire(document: Mapping[str, Any], *, nom: str) -> Alarme:
    empreinte, etiquettes = document.get("fingerprint"), document.get("labels")
    if not isinstance(empreinte, str) or not 0 < len(empreinte) <= 100:
        raise _Illisible("L'alarme n'a pas d'empreinte (fingerprint).")
    if not isinstance(etiquettes, Mapping):
        raise _Illisible("L'alarme n'a pas d'étiquettes (labels).")
    if document.get("status") not in ("firing", "resolved"):
        raise _Illisible("Son état (status) n'est ni « firing » ni « resolved ».")
    organismes = _organismes(etiquettes)
    constat = Constat(
        service=_service(etiquettes),
        nature=_nature(etiquettes),
        portee=Portee.ORGANISMES if organismes else Portee.TOUS,
        organismes=organismes,
        debut=_instant(document, "startsAt"),
        # Tant qu'elle sonne, sa fin est la date vide de Go, ou une prévision.
        fin=_instant(document, "endsAt") if document["status"] == "resolved" else None,
    )
    return Alarme(empreinte=empreinte, nom=nom, constat=constat)


def _service(etiquettes: Mapping[str, Any]) -> str:
    try:
        return _CODE.validate_python(etiquettes.get("sbg_service"))
    except ValidationError as faute:
        raise _Illisible("L'étiquette sbg_service ne nomme pas un service.") from faute


def _nature(etiquettes: Mapping[str, Any]) -> Nature:
    try:
        return Nature(etiquettes.get("sbg_nature", Nature.PANNE))
    except ValueError as faute:
        natures = ", ".join(Nature)
        raise _Illisible(f"L'étiquette sbg_nature n'est pas de : {natures}.") from faute


def _organismes(etiquettes: Mapping[str, Any]) -> tuple[str, ...]:
    dits = etiquettes.get("sbg_organismes", "")
    try:
        codes = [code.strip() for code in dits.split(",") if code.strip()]
        return tuple(_ORGANISMES.validate_python(codes))
    except (AttributeError, ValidationError) as faute:
        raise _Illisible("L'étiquette sbg_organismes ne nomme pas des organismes.") from faute


def _instant(document: Mapping[str, Any], champ: str) -> datetime:
    """Un instant de Go, à la nanoseconde; la date vide n'en est pas un."""
    try:
        return instant_plausible(datetime.fromisoformat(document[champ]))
    except (KeyError, TypeError, ValueError, InstantNaif, InstantImpossible) as faute:
        raise _Illisible(f"Le champ {champ} ne dit pas un instant.") from faute


def _court(valeur: object) -> str:
    """De quoi reconnaître une alarme, même mal formée."""
    return epurer(valeur[:200]) if isinstance(valeur, str) else ""


def _garder(document: Mapping[str, Any]) -> dict[str, Any]:
    """Ce qu'on en garde à montrer; trop long, ses premiers caractères."""
    garde = {epurer(nom): _epurer(valeur, _FOND) for nom, valeur in document.items()}
    dit = json.dumps(garde)
    return garde if len(dit) <= _TAILLE_GARDEE else {"debut": dit[:_TAILLE_GARDEE]}


def _epurer(valeur: object, fond: int) -> object:
    """La même, sans danger à rendre : plus bas que le fond, « … »."""
    match valeur:
        case str():
            return epurer(valeur)
        case dict() | list() if fond == 0:
            return "…"
        case dict():
            return {epurer(nom): _epurer(v, fond - 1) for nom, v in valeur.items()}
        case list():
            return [_epurer(v, fond - 1) for v in valeur]
        case int() if abs(valeur) >= _ENTIERS:
            return str(valeur)
        case _:
            return valeur
