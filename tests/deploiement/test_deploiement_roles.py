"""Ce que reçoit un rôle dans la charte : ce que dit la composition, ce que lisent les réglages."""

import importlib
from typing import Any

import pytest
import yaml

from socle.reglages import variables
from tests.deploiement.jeux import REQUISES, ROLES, SERVICES
from tests.deploiement.outils import RACINE, Objet, rendre
from tests.deploiement.regles import conteneurs, ecarts_a_la_composition, lieu


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    lu: dict[str, Any] = yaml.safe_load((RACINE / "docker-compose.yml").read_text("utf-8"))
    return lu


FACULTATIFS = {"SBG_WEBHOOKS_PROXY", "SBG_IDENTITE__PROXY"}
"""Un mandataire, dont l'adresse peut porter un mot de passe : le secret peut s'en passer."""


def _variables(conteneur: Objet) -> dict[str, Objet]:
    return {une["name"]: une for une in conteneur["env"]}


def test_chaque_role_recoit_les_variables_de_la_composition(
    defaut: list[Objet], compose: dict[str, Any]
) -> None:
    vus = {lieu(objet) for objet, _, _ in conteneurs(defaut)}
    assert len(vus) == len(SERVICES) * (1 + len(ROLES))
    assert ecarts_a_la_composition(defaut, compose) == []


def test_un_secret_ne_vient_que_du_secret_de_son_role(rendus: dict[str, list[Objet]]) -> None:
    """Ni d'une valeur écrite au Deployment, ni du secret d'un autre rôle."""
    secretes = ("SBG_BASE__", "SBG_BUS__MOT_DE_PASSE", "SBG_ITSM", "SBG_WEBHOOKS_CLES")
    for objets in rendus.values():
        for objet, _, conteneur in conteneurs(objets):
            service, role = lieu(objet)
            if role == "provisionner":
                continue
            for nom, une in _variables(conteneur).items():
                source = une.get("valueFrom", {}).get("secretKeyRef", {})
                # L'adresse d'un mandataire sans mot de passe peut venir des valeurs.
                if "value" not in une or nom not in FACULTATIFS:
                    assert bool(source) == nom.startswith((*secretes, *FACULTATIFS)), nom
                assert source.get("optional", False) == (bool(source) and nom in FACULTATIFS)
                assert source.get("name", f"sbg-{service}-{role}") == f"sbg-{service}-{role}"
                assert source.get("key", nom) == nom


def test_les_secrets_en_clair_sont_ceux_qu_on_demande(rendus: dict[str, list[Objet]]) -> None:
    objets = rendus["secrets en clair"]
    secrets = {o["metadata"]["name"]: o["stringData"] for o in objets if o["kind"] == "Secret"}
    for objet, _, conteneur in conteneurs(objets):
        sien = secrets.pop(objet["metadata"]["name"])
        demandes = {nom for nom, une in _variables(conteneur).items() if "valueFrom" in une}
        assert sien.keys() == demandes - FACULTATIFS
    assert secrets == {}


def test_les_reglages_lisent_tout_ce_que_la_charte_donne(rendus: dict[str, list[Objet]]) -> None:
    for objets in rendus.values():
        for objet, _, conteneur in conteneurs(objets):
            service, role = lieu(objet)
            if role == "provisionner":
                continue
            connues = set(variables(importlib.import_module(f"{service}.main").service().reglages))
            assert set(_variables(conteneur)) <= connues, (service, role)


def test_un_reglage_de_plus_va_a_tous_ou_a_un_service() -> None:
    valeurs = {**REQUISES, "reglages": {"SBG_JOURNAL": "WARNING"},
               "services": {"sla": {"reglages": {"SBG_JOURNAL": "DEBUG"}}}}  # fmt: skip
    for objet, _, conteneur in conteneurs(rendre(valeurs)):
        niveau = _variables(conteneur)["SBG_JOURNAL"]["value"]
        assert niveau == ("DEBUG" if lieu(objet)[0] == "sla" else "WARNING")
