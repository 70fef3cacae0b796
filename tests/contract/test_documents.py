"""Les documents disent vrai : liens, cibles de make, numéros d'ADR, mots du glossaire."""

import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

RACINE: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = (
    *sorted(RACINE.glob("*.md")),
    *sorted((RACINE / "docs").rglob("*.md")),
    *sorted((RACINE / "libs").glob("*/README.md")),
    *sorted((RACINE / "services").glob("*/README.md")),
)
CHAQUE = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[str(d.relative_to(RACINE)) for d in DOCUMENTS]
)


@CHAQUE
def test_tout_lien_mene_a_un_fichier(document: Path) -> None:
    for cible in re.findall(r"\]\(([^)#\s]+)\)", document.read_text(encoding="utf-8")):
        if not cible.startswith("http"):
            assert (document.parent / cible).exists(), cible


@CHAQUE
def test_toute_cible_de_make_existe(document: Path) -> None:
    cibles = re.findall(r"^([a-z-]+):", (RACINE / "Makefile").read_text("utf-8"), re.MULTILINE)
    texte = document.read_text(encoding="utf-8")
    citees = re.findall(r"(?:`|« |^|\$\()make (?:-s )?([a-z][a-z-]*)", texte, re.MULTILINE)
    assert set(citees) <= set(cibles)


def test_chaque_service_et_bibliotheque_se_presente_sur_un_ecran() -> None:
    for dossier in (*(RACINE / "libs").iterdir(), *(RACINE / "services").iterdir()):
        if (dossier / "pyproject.toml").exists():
            lignes = (dossier / "README.md").read_text(encoding="utf-8").splitlines()
            assert len(lignes) < 90, dossier.name


def test_les_adr_se_suivent_et_tiennent_sur_une_page() -> None:
    pages = sorted((RACINE / "docs" / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        lignes = page.read_text(encoding="utf-8").splitlines()
        assert lignes[0].startswith(f"# {page.name[:4]} – ")
        assert {"## Contexte", "## Décision", "## Conséquences"} <= set(lignes)
        assert len(lignes) < 60


def test_le_glossaire_n_a_qu_un_sens_par_mot() -> None:
    texte = (RACINE / "docs" / "GLOSSAIRE.md").read_text(encoding="utf-8")
    lignes = [li.strip("| ").split(" | ") for li in texte.splitlines() if li.startswith("| ")]
    mots = [lig[0] for lig in lignes if lig[0] != "mot"]
    assert [mot for mot, fois in Counter(mots).items() if fois > 1] == []
    assert all(len(ligne) == 3 for ligne in lignes)
