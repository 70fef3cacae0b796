"""Les fiches que livre le catalogue nomment leurs services et leurs plages, et se mesurent."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

from contrats.catalogue import Indicateur as Publie
from sla.fiches.domaine import Indicateur
from sla.fiches.entrees.lecture import lire_indicateur
from sla.main import service
from socle.schema.migrer import configuration

FICHES = Path(__file__).parents[3] / "catalogue/src/catalogue/donnees/fiches"
DISPONIBILITES = ("PT-4", "PT-5", "VI-7")


def livres() -> dict[str, Indicateur]:
    """Les indicateurs livrés, tels que la mesure les reçoit."""
    ecrites = [tomllib.loads(f.read_text("utf-8")) for f in sorted(FICHES.iterdir())]
    return {i["code"]: _recevoir(i) for fiche in ecrites for i in fiche["indicateurs"]}


def _recevoir(ecrit: dict[str, Any]) -> Indicateur:
    dit = {"ouvre": [], **ecrit, "conditions": [_condition(c) for c in ecrit.get("conditions", ())]}
    if "couvre" in ecrit:
        dit["couvre"] = _predicat(ecrit["couvre"])
    return lire_indicateur(Publie.model_validate(dit))


def _condition(ecrite: dict[str, Any]) -> dict[str, Any]:
    predicats: dict[str, Any] = {
        nom: _predicat(ecrite[nom]) for nom in ("exclut", "signale") if nom in ecrite
    }
    return {**ecrite, **predicats}


def _predicat(ecrit: dict[str, Any]) -> dict[str, Any]:
    return {"un": [x.get("tous", [x]) for x in ecrit.get("un", [ecrit])]}


@pytest.mark.parametrize("code", DISPONIBILITES)
def test_sla_5_chaque_disponibilite_livree_se_mesure(code: str) -> None:
    """Ses services sont de ceux que la migration déclare : publier suffit."""
    indicateur = livres()[code]
    assert indicateur.en_minutes
    assert indicateur.suivi is None
    revision = ScriptDirectory.from_config(configuration(service().migrations)).get_revision("0007")
    assert any(map(indicateur.nomme, revision.module.SERVICES))
    nommes = {c for comparaison in indicateur.couvre.comparaisons for c in comparaison.parmi or ()}
    assert nommes <= set(revision.module.SERVICES)


def test_sla_5_seul_pt_4_exclut_les_plages_de_maintenance() -> None:
    exclus = {
        code: [c.code for c in livres()[code].conditions if c.exclut.vrai({"plage": "maintenance"})]
        for code in DISPONIBILITES
    }
    assert exclus == {"PT-4": ["d"], "PT-5": [], "VI-7": []}
    assert [livres()[code].calendrier for code in DISPONIBILITES] == [
        "continu", "continu", "visioconference",
    ]  # fmt: skip
