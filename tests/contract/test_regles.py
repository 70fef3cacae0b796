"""docs/REGLES.md dit vrai : chaque fichier et chaque essai cités existent et citent la règle."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

RACINE: Final = Path(__file__).resolve().parents[2]
TABLE: Final = RACINE / "docs" / "REGLES.md"
ETATS: Final = ("fait", "en partie", "à venir")
FAMILLES: Final = (
    ("CAT", 1, 9),
    ("DEM", 1, 14),
    ("FAC", 1, 17),
    ("SLA", 1, 10),
    ("TEL", 1, 3),
    ("CI", 10, 25),
)
_LIEN: Final = re.compile(r"\[`?([^\]`]+)`?\]\(([^)]+)\)")
_REGLE: Final = re.compile(r"(?<![A-Za-z])(CAT|DEM|FAC|SLA|TEL|CI)[-_]?(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Ligne:
    """Une règle, son état, et où la trouver."""

    regle: str
    sens: str
    etat: str
    code: tuple[tuple[str, Path], ...]
    essais: tuple[tuple[str, Path], ...]


def lire() -> list[Ligne]:
    lignes = []
    for brute in TABLE.read_text(encoding="utf-8").splitlines():
        if not re.match(r"\| [A-Z]+-\d+ \|", brute):
            continue
        regle, sens, etat, code, essais = (c.strip() for c in brute.strip("| ").split(" | "))
        lignes.append(Ligne(regle, sens, etat, liens(code), liens(essais)))
    return lignes


def liens(cellule: str) -> tuple[tuple[str, Path], ...]:
    return tuple((nom, (TABLE.parent / cible).resolve()) for nom, cible in _LIEN.findall(cellule))


LIGNES: Final = lire()
CHAQUE = pytest.mark.parametrize("ligne", LIGNES, ids=[ligne.regle for ligne in LIGNES])


@cache
def essais_de(fichier: Path) -> dict[str, str]:
    """Le nom de chaque essai d'un fichier, et le texte où il peut citer sa règle."""
    texte = fichier.read_text(encoding="utf-8")
    module = ast.parse(texte)
    essais: dict[str, str] = {}
    for parent in ast.walk(module):
        if not isinstance(parent, ast.Module | ast.ClassDef):
            continue
        preambule = ast.get_docstring(parent) or ""
        for noeud in parent.body:
            if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
                corps = ast.get_source_segment(texte, noeud)
                essais[noeud.name] = f"{preambule}\n{noeud.name}\n{corps}"
    return {nom: dit for nom, dit in essais.items() if nom.startswith("test_")}


def regles_citees(texte: str) -> set[str]:
    return {f"{famille.upper()}-{int(numero)}" for famille, numero in _REGLE.findall(texte)}


def test_chaque_regle_a_sa_ligne_une_seule_fois_dans_l_ordre() -> None:
    attendues = [f"{nom}-{n}" for nom, debut, fin in FAMILLES for n in range(debut, fin + 1)]
    assert [ligne.regle for ligne in LIGNES] == attendues


@CHAQUE
def test_l_etat_est_honnete(ligne: Ligne) -> None:
    """« fait » exige du code et un essai; « en partie » du code, et dit ce qui manque."""
    etat, _, manque = ligne.etat.partition(" : ")
    assert etat in ETATS
    assert bool(ligne.code) == (etat != "à venir")
    assert bool(manque) == (etat == "en partie"), "« en partie : » suivi de ce qui manque"
    if etat == "fait":
        assert ligne.essais


@CHAQUE
def test_chaque_fichier_cite_existe_et_cite_la_regle(ligne: Ligne) -> None:
    for nom, fichier in ligne.code:
        assert fichier.is_file(), nom
        assert fichier.as_posix().endswith(nom)
        assert ligne.regle in regles_citees(fichier.read_text(encoding="utf-8")), nom


@CHAQUE
def test_chaque_essai_cite_existe_et_cite_la_regle(ligne: Ligne) -> None:
    for nom, fichier in ligne.essais:
        assert fichier.is_file(), nom
        essais = essais_de(fichier)
        assert nom in essais, f"{nom} n'est pas dans {fichier.relative_to(RACINE)}"
        assert ligne.regle in regles_citees(essais[nom]), nom


def test_le_code_et_les_essais_ne_citent_que_des_regles_de_la_table() -> None:
    connues, citees = {ligne.regle for ligne in LIGNES}, 0
    for dossier in ("libs", "services", "tests", "demo"):
        for fichier in (RACINE / dossier).rglob("*.py"):
            citations = regles_citees(fichier.read_text(encoding="utf-8"))
            inconnues, citees = citations - connues, citees + len(citations)
            assert not inconnues, f"{fichier.relative_to(RACINE)} : {sorted(inconnues)}"
    assert citees >= 300, "le motif ne reconnaît presque plus de règles"
