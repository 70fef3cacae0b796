"""L'OpenAPI d'un service, sans base ni réseau."""

from importlib import import_module
from typing import Any

from fastapi import FastAPI

from outils.emetteur import AUDIENCE, EMETTEUR
from socle.bd.moteur import ouvrir_moteur
from socle.roles import Roles
from socle.service import Service

_NULLE_PART = "postgresql://personne@127.0.0.1:1/rien"


def document(service: str) -> dict[str, Any]:
    """Le document que servirait ce service."""
    return application(service).openapi()


def application(service: str) -> FastAPI:
    """L'application de ce service; rien n'est ouvert pour la composer."""
    declaration: Service[Any] = import_module(f"{service}.main").service()
    reglages = declaration.reglages(
        mode="essai",
        base={"api": _NULLE_PART},
        identite={
            "emetteur": EMETTEUR,
            "audience": AUDIENCE,
            "jwks": "https://personne.invalid/cles",
        },
    )
    roles = Roles(declaration, reglages)
    moteur = ouvrir_moteur(roles.dsn("api"), reglages.base.delais)
    publique, _ = roles.applications(moteur)
    return publique
