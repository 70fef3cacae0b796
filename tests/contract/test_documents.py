"""Les documents disent vrai : liens, cibles de make, fichiers et noms de code, ADR, glossaire."""

import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.contract.noms_de_code import RACINE, existe, noms_cites

DOCUMENTS: Final = (
    *sorted(RACINE.glob("*.md")),
    *sorted((RACINE / "docs").rglob("*.md")),
    *sorted((RACINE / "libs").glob("*/README.md")),
    *sorted((RACINE / "services").glob("*/README.md")),
)
# Les noms du dépôt se lisent une fois par processus, et c'est long.
pytestmark = pytest.mark.xdist_group("documents")
CHAQUE = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[str(d.relative_to(RACINE)) for d in DOCUMENTS]
)


def liens(document: Path) -> list[str]:
    """Les liens d'un document vers un fichier du dépôt."""
    cibles = re.findall(r"\]\(([^)#\s]+)\)", document.read_text(encoding="utf-8"))
    return [cible for cible in cibles if not cible.startswith("http")]


def commandes(document: Path) -> list[str]:
    """Les cibles de make que nomme un document."""
    texte = document.read_text(encoding="utf-8")
    return re.findall(r"(?:`|« |^|\$\()make (?:-s )?([a-z][a-z-]*)", texte, re.MULTILINE)


@CHAQUE
def test_tout_lien_mene_a_un_fichier(document: Path) -> None:
    for cible in liens(document):
        assert (document.parent / cible).exists(), cible


@CHAQUE
def test_toute_cible_de_make_existe(document: Path) -> None:
    cibles = re.findall(r"^([a-z-]+):", (RACINE / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(commandes(document)) <= set(cibles)


@CHAQUE
def test_tout_nom_de_code_cite_existe(document: Path) -> None:
    """Ce qu'un document met entre accents graves et qui a la forme d'un nom du dépôt."""
    assert [nom for nom in noms_cites(document) if not existe(nom)] == []


def test_les_essais_ont_de_quoi_verifier() -> None:
    """Un motif qui ne reconnaîtrait plus rien, ou que tout contenterait, rendrait tout vert."""
    assert len(DOCUMENTS) >= 27
    assert sum(len(liens(document)) for document in DOCUMENTS) >= 200
    assert sum(len(commandes(document)) for document in DOCUMENTS) >= 20
    assert sum(len(list(noms_cites(document))) for document in DOCUMENTS) >= 450
    vrais = ("socle.bd.transaction", "jalon_atteint", "Montant.de", "ECOUTES", "bd/transaction.py")
    assert [nom for nom in vrais if not existe(nom)] == []
    assert [nom for nom in vrais if existe(f"{nom}ZZ")] == []


def test_chaque_service_et_bibliotheque_se_presente_sur_un_ecran() -> None:
    paquets = (*RACINE.glob("libs/*/pyproject.toml"), *RACINE.glob("services/*/pyproject.toml"))
    assert len(paquets) >= 9
    for paquet in paquets:
        lignes = (paquet.parent / "README.md").read_text(encoding="utf-8").splitlines()
        assert len(lignes) < 90, paquet.parent.name


def test_les_adr_se_suivent_et_tiennent_sur_une_page() -> None:
    pages = sorted((RACINE / "docs" / "adr").glob("*.md"))
    assert len(pages) >= 13
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
    assert len(mots) >= 90
    assert [mot for mot, fois in Counter(mots).items() if fois > 1] == []
    assert all(len(ligne) == 3 for ligne in lignes)
