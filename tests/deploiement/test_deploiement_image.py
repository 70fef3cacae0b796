"""Le Dockerfile : hadolint, et sa construction rejouée sans moteur."""

import importlib.metadata
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.deploiement.bilan import Bilan
from tests.deploiement.image import octets, rejouer
from tests.deploiement.outils import PYTHON, RACINE, executer

RECETTE = (RACINE / "Dockerfile").read_text("utf-8")
PLAFOND_MIO = 380
"""Ce que /sbg peut peser (typst et numpy, la moitié); au-delà, quelque chose s'y glisse."""


@pytest.fixture(scope="module")
def sbg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le /sbg de l'image des demandes, celle qui a le plus de dépendances."""
    dossier = tmp_path_factory.mktemp("image") / "sbg"
    dossier.mkdir()
    rejouer("demandes", dossier)
    return dossier


def _installes(sbg: Path) -> dict[str, str]:
    paquets = next((sbg / ".venv" / "lib").glob("python3*/site-packages"))
    trouves = importlib.metadata.distributions(path=[str(paquets)])
    return {re.sub(r"[-_.]+", "-", d.name).lower(): d.version for d in trouves}


def _verrouilles() -> set[tuple[str, str]]:
    """Un paquet peut y avoir deux versions : une par Python."""
    verrou = (RACINE / "requirements" / "services.lock").read_text("utf-8")
    return set(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==([^\s;]+)", verrou, re.MULTILINE))


def test_hadolint_ne_reproche_rien() -> None:
    rendu = executer(PYTHON / "bin" / "hadolint", "--format", "json", RACINE / "Dockerfile")
    assert json.loads(rendu.sortie) == []
    assert rendu.code == 0
    Bilan.dire(hadolint_reproches=0)


@pytest.mark.parametrize(
    "faute",
    ["USER root", "ADD requirements/ x/", "RUN apt-get install curl", "RUN pip install x"],
)
def test_hadolint_voit_une_recette_faussee(faute: str, tmp_path: Path) -> None:
    fausse = tmp_path / "Dockerfile"
    fausse.write_text(RECETTE.replace("USER 10001:10001", faute), "utf-8")
    assert executer(PYTHON / "bin" / "hadolint", fausse).code != 0


def test_rien_n_a_de_racine_et_la_base_se_fixe_par_son_empreinte() -> None:
    """Nul registre d'images n'est joignable d'ici : l'empreinte se donne en bâtissant (BASE)."""
    assert RECETTE.count("FROM ${BASE}") == len(re.findall(r"^FROM", RECETTE, re.MULTILINE)) == 2
    assert re.search(r"^USER 10001:10001$", RECETTE, re.MULTILINE)


def test_le_resultat_n_a_que_les_paquets_du_verrou(sbg: Path) -> None:
    """Ni pip, ni de quoi construire; chaque paquet est à la version du verrou des services."""
    siens = {d.parent.name for d in sbg.glob("*/*/pyproject.toml")}
    installes = _installes(sbg)
    assert siens <= installes.keys()
    assert {(nom, v) for nom, v in installes.items() if nom not in siens} <= _verrouilles()
    assert not list(sbg.glob(".venv/bin/pip*"))
    assert not (sbg / "requirements").exists()
    assert not list(sbg.glob("**/tests/test_*socle*"))


def test_la_nomenclature_de_l_image_nomme_ses_paquets_et_nuls_autres(sbg: Path) -> None:
    """Là où l'étiquette le dit; ce qui l'écrit n'est pas resté."""
    dite = re.search(r'ca\.qc\.gouv\.mcn\.sbg\.sbom="/sbg/([^"]+)"', RECETTE)
    assert dite
    texte = (sbg / dite[1]).read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(texte) is None
    nomenclature = json.loads(texte)
    composants = [nomenclature["metadata"]["component"], *nomenclature["components"]]
    installes = _installes(sbg)
    assert composants[0]["name"] == "demandes"
    assert sorted(map(_paquet, composants)) == sorted(installes.items())
    assert not {n for n in installes if "cyclonedx" in n}
    assert not list(sbg.glob(".nomenclature"))
    Bilan.dire(sbom_composants=len(composants))


def _paquet(composant: dict[str, str]) -> tuple[str, str]:
    return re.sub(r"[-_.]+", "-", composant["name"]).lower(), composant["version"]


@pytest.mark.parametrize("faute", ["type", "name"])
def test_une_nomenclature_faussee_se_refuse(sbg: Path, faute: str) -> None:
    nomenclature = json.loads((sbg / "sbom.json").read_text("utf-8"))
    del nomenclature["components"][0][faute]
    juge = JsonStrictValidator(SchemaVersion.V1_6)
    assert juge.validate_str(json.dumps(nomenclature)) is not None


def test_make_sbom_n_oublie_rien_de_l_image(sbg: Path, tmp_path: Path) -> None:
    """Elle part du verrou : ce qui s'installe sur une autre machine y est aussi."""
    fichier = tmp_path / "sbom.json"
    cyclonedx = RACINE / ".venv" / "bin" / "cyclonedx-py"
    rendu = executer(cyclonedx, "requirements", RACINE / "requirements" / "services.lock",
                     "--output-reproducible", "--output-file", fichier)  # fmt: skip
    assert rendu.code == 0, rendu.erreur
    dits = set(map(_paquet, json.loads(fichier.read_text("utf-8"))["components"]))
    siens = {d.parent.name for d in sbg.glob("*/*/pyproject.toml")}
    assert {(n, v) for n, v in _installes(sbg).items() if n not in siens} <= dits


def test_le_service_part_sans_rien_ecrire(sbg: Path) -> None:
    """L'entrée de l'image, racine en lecture seule ou non : rien n'y change."""
    python = sbg / ".venv" / "bin" / "python"
    propre = {"PATH": f"{python.parent}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
    avant = octets(sbg)

    def lancer(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([python, "-m", *arguments], cwd=sbg, env=propre,
                              capture_output=True, text=True, check=False, timeout=60)  # fmt: skip

    aide = lancer("demandes", "--help")
    assert aide.returncode == 0, aide.stderr
    assert "migrer" in aide.stdout
    sans_reglage = lancer("demandes", "api")
    assert sans_reglage.returncode == 2
    assert lancer("socle.exploitation.pret", "1").returncode == 1
    assert octets(sbg) == avant


def test_le_poids_du_resultat_est_dit(sbg: Path) -> None:
    mio = round(octets(sbg) / 2**20, 1)
    assert mio < PLAFOND_MIO
    Bilan.dire(image_sbg_mio=mio, image_paquets=len(_installes(sbg)))
