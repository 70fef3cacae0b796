"""Les actes, les faits et les codes : version lue, égalité d'un résultat, forme d'un code."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from noyau import Acte, Acteur, Fait, Resultat, VersionPerimee, est_code_organisme

LE = datetime(2026, 9, 1, 13, tzinfo=UTC)


@dataclass(frozen=True)
class Objet:
    version: int


def test_un_acte_porte_sur_l_objet_tel_qu_il_fut_lu() -> None:
    objet = Objet(version=3)
    assert Acte(Acteur("a"), LE, versions_lues=frozenset({3})).sur(objet) is objet
    assert Acte(Acteur("a"), LE).sur(objet) is objet, "sans If-Match, aucune version n'est exigée"


def test_une_version_exigee_de_rien_se_sait() -> None:
    """Un acte sous If-Match qui ne confronte aucun objet n'a rien vérifié."""
    acte = Acte(Acteur("a"), LE, versions_lues=frozenset({3}))
    with pytest.raises(VersionPerimee, match="If-Match"):
        acte.exiger_un_objet()
    acte.sur(Objet(version=3))
    acte.exiger_un_objet()
    Acte(Acteur("a"), LE).exiger_un_objet()


@pytest.mark.parametrize("lues", [{0}, {2, 4}, set()])
def test_un_objet_change_depuis_sa_lecture_est_refuse(lues: set[int]) -> None:
    with pytest.raises(VersionPerimee) as refus:
        Acte(Acteur("a"), LE, versions_lues=frozenset(lues)).sur(Objet(version=3))
    assert refus.value.details == {"version": 3}


def test_un_resultat_se_compare_avec_ses_faits_et_leur_survenue() -> None:
    fait = Fait(survenu_le=LE)
    assert Resultat(1, fait) == Resultat(1, Fait(survenu_le=LE))
    assert Resultat(1, fait) != Resultat(1)
    assert Resultat(1, fait) != Resultat(1, Fait(survenu_le=LE.replace(hour=14)))


@pytest.mark.parametrize("code", ["MTQ", "A1", "9-X", "A" * 20])
def test_code_d_organisme(code: str) -> None:
    assert est_code_organisme(code)


@pytest.mark.parametrize("code", ["", "A", "mtq", "-MTQ", "MTQ\n", "M Q", "A" * 21, "MTÉ"])
def test_code_d_organisme_mal_forme(code: str) -> None:
    assert not est_code_organisme(code)
