"""Ce que le dépôt promet de lui-même : verrous, préparation, licences, aide du Makefile."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from outils import audit
from outils.verrous import VERROUS, dependances_des_membres

RACINE = Path(__file__).parents[2]


def test_les_verrous_figent_tout_avec_empreintes_et_sans_adresse() -> None:
    assert audit.verrous() == 0
    for verrou in VERROUS.glob("*.lock"):
        blocs = re.split(r"\n(?=[a-z0-9])", verrou.read_text())
        figes = [bloc for bloc in blocs if "==" in bloc.split("\n", 1)[0]]
        assert figes
        assert all("--hash=sha256:" in bloc for bloc in figes), verrou.name


def test_aucun_paquet_du_depot_n_est_demande_a_un_registre() -> None:
    membres: list[str] = audit.reglages()["tool"]["sbg"]["membres"]
    locaux = {Path(membre).name for membre in membres}
    assert not locaux & dependances_des_membres(membres)
    for verrou in VERROUS.glob("*.lock"):
        assert not locaux & set(re.findall(r"^([a-z0-9-]+)==", verrou.read_text(), re.MULTILINE))


def test_chaque_membre_declare_existe_et_porte_son_nom() -> None:
    for membre in audit.reglages()["tool"]["sbg"]["membres"]:
        texte = (RACINE / membre / "pyproject.toml").read_text()
        assert f'name = "{Path(membre).name}"' in texte


def test_preparer_se_lit_avec_un_vieux_python() -> None:
    """Un Python 3.9 doit pouvoir lire le script pour dire qu'il est trop vieux."""
    source = (RACINE / "outils" / "preparer.py").read_text()
    arbre = ast.parse(source, feature_version=(3, 9))
    importes = {
        alias.name for noeud in arbre.body if isinstance(noeud, ast.Import) for alias in noeud.names
    }
    assert "tomllib" not in importes  # apparu en 3.11 : importé une fois la version vérifiée


@pytest.mark.parametrize(
    ("expression", "permise"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0", True),
        ("MIT AND GPL-3.0", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("ISC License (ISCL)", True),
        ("Apache Software License; Inconnue", False),
        ("UNKNOWN", False),
    ],
)
def test_une_licence_se_juge_terme_a_terme(expression: str, permise: bool) -> None:
    permises = frozenset(audit.reglages()["tool"]["sbg"]["licences"])
    assert audit.licence_permise(expression, permises) is permise


def test_make_seul_imprime_l_aide() -> None:
    sortie = subprocess.run(
        ["make", "--no-print-directory"], cwd=RACINE, capture_output=True, text=True, check=True
    ).stdout
    for cible in ("demo", "test", "test-reel", "verifier", "up", "down", "jeton", "kafka"):
        assert re.search(rf"^  {cible} ", sortie, re.MULTILINE), cible


def test_les_yaml_suivis_se_lisent() -> None:
    suivis = subprocess.run(
        ["git", "ls-files", "*.yml", "*.yaml"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    # Un gabarit de Helm n'en est qu'une fois rendu : « make deploiement » s'en charge.
    for nom in (suivi for suivi in suivis if "/helm/sbg/templates/" not in suivi):
        assert list(yaml.safe_load_all((RACINE / nom).read_text())), nom
