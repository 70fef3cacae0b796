"""La charte dit de chaque rôle ce qu'en dit la composition : sa table, sans Helm.

Ce que Helm en rend se juge par « make deploiement ».
"""

import importlib
from pathlib import Path
from typing import Any

import yaml

from socle.reglages import variables

RACINE = Path(__file__).parents[2]
CHARTE = RACINE / "deploy" / "helm" / "sbg"
DU_BUS = {"SBG_BUS__ADRESSES", "SBG_BUS__PROTOCOLE", "SBG_BUS__USAGER", "SBG_BUS__MOT_DE_PASSE"}
SUR_DEMANDE = {
    "SBG_TRACES__OTLP",
    "SBG_SECURITE__OTLP",
    "SBG_IDENTITE__AUTORITE",
    "SBG_IDENTITE__PROXY",
}
ACCES = {"migrer": "migrer", "api": "api", "consommateur": "interne", "relais": "interne"}


def _lue(chemin: Path) -> dict[str, Any]:
    lue: dict[str, Any] = yaml.safe_load(chemin.read_text("utf-8"))
    return lue


def _variables(table: dict[str, Any], service: str, role: str) -> set[str]:
    commun, propre = table["communs"][role], table["services"][service].get(role, {})
    nommees = DU_BUS | {f"SBG_BASE__{commun['acces']}"}
    for part in (commun, propre):
        for genre in ("secret", "facultatif", "reglage"):
            nommees |= set(part.get(genre, ()))
    return nommees


def test_la_table_des_roles_est_celle_de_la_composition() -> None:
    table, compose = _lue(CHARTE / "roles.yaml"), _lue(RACINE / "docker-compose.yml")
    for service, sienne in table["services"].items():
        lus = set(variables(importlib.import_module(f"{service}.main").service().reglages))
        for role, acces in ACCES.items():
            voulues = set(compose["services"][f"{service}-{role}"]["environment"]) - SUR_DEMANDE
            recues = _variables(table, service, role)
            assert recues - SUR_DEMANDE == voulues, (service, role)
            assert recues <= lus
            assert table["communs"][role]["acces"] == acces.upper()
        sonde = compose["services"][f"{service}-api"]["healthcheck"]["test"]
        assert sonde[-1] == str(sienne["port"] + table["communs"]["api"]["gestion"])


def test_la_charte_connait_les_services_du_depot() -> None:
    services = {dossier.name for dossier in (RACINE / "services").iterdir() if dossier.is_dir()}
    table, valeurs = _lue(CHARTE / "roles.yaml"), _lue(CHARTE / "values.yaml")
    assert table["services"].keys() == valeurs["services"].keys() == services


def test_chaque_valeur_de_la_charte_a_son_schema() -> None:
    schema = _lue(CHARTE / "values.schema.json")
    assert set(_lue(CHARTE / "values.yaml")) == set(schema["properties"]) - {"global"}
    assert schema["additionalProperties"] is False
