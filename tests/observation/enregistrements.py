"""Ce que le collecteur a écrit : étapes des traces, enregistrements de sécurité."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Etape:
    """Une étape d'une trace."""

    trace: str
    service: str
    nom: str
    genre: int
    attributs: Mapping[str, Any]
    liees: tuple[str, ...] = ()
    """Les traces auxquelles elle se relie."""

    @property
    def du_systeme(self) -> bool:
        """Vrai d'un appel reçu ou d'une écoute : ce que nous nommons nous-mêmes."""
        return self.genre in (SERVEUR, CONSOMMATEUR)


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """Un événement de sécurité reçu."""

    service: str
    nom: str
    trace: str
    attributs: Mapping[str, Any] = field(default_factory=dict)


INTERNE, SERVEUR, CLIENT, PRODUCTEUR, CONSOMMATEUR = 1, 2, 3, 4, 5
"""Les genres d'étapes (OTLP)."""


def etapes(fichier: Path) -> dict[str, list[Etape]]:
    """Les étapes, par trace."""
    par_trace: defaultdict[str, list[Etape]] = defaultdict(list)
    for ressource, ligne in _lignes(fichier, "resourceSpans"):
        for portee in ligne["scopeSpans"]:
            for span in portee["spans"]:
                dits = _attributs(span)
                liees = tuple(lien["traceId"] for lien in span.get("links", ()))
                etape = Etape(span["traceId"], ressource, span["name"], span["kind"], dits, liees)
                par_trace[etape.trace].append(etape)
    return par_trace


def enregistrements(fichier: Path) -> list[Enregistrement]:
    """Les événements de sécurité."""
    return [
        Enregistrement(service, dit.get("eventName", ""), dit.get("traceId", ""), _attributs(dit))
        for service, ligne in _lignes(fichier, "resourceLogs")
        for portee in ligne["scopeLogs"]
        for dit in portee["logRecords"]
    ]


def _lignes(fichier: Path, cle: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for ligne in fichier.read_text("utf-8").splitlines():
        for partie in json.loads(ligne).get(cle, ()):
            yield _attributs(partie["resource"]).get("service.name", ""), partie


def _attributs(porteur: Mapping[str, Any]) -> dict[str, Any]:
    return {a["key"]: next(iter(a["value"].values()), "") for a in porteur.get("attributes", ())}
