"""La page du tableau du mois dans un vrai navigateur : un téléphone, une feuille, axe."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from facturation.bord.adaptateurs.rendus.page_tableau import rendre
from facturation.bord.domaine import (
    CAS_MONTRES,
    COMPTE_MAXIMUM,
    DEFINITIONS,
    Cas,
    Constat,
    Jalon,
    Rubrique,
    Tableau,
)
from noyau import Mois
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)

SEPTEMBRE = Mois(2026, 9)
LE = datetime(2026, 10, 1, 14, tzinfo=UTC)
LONG = "Le calcul dépasse le délai d'une transaction (SBG_BASE__DELAIS__TRANSACTION)."


def tableau() -> Tableau:
    """Toutes les rubriques, pleines, et un producteur qui n'a encore rien dit."""
    cas = tuple(
        Cas(nom=f"ORG-{n:03}", texte=LONG, depuis=date(2026, 9, 3), lien="/v1/x?a=1")
        for n in range(CAS_MONTRES)
    )
    return Tableau(
        periode=SEPTEMBRE,
        le=LE,
        jalons=(Jalon.de("catalogue", LE, SEPTEMBRE), Jalon.de("demandes", None, SEPTEMBRE)),
        constats=tuple(Constat.de(rubrique, COMPTE_MAXIMUM + 1, cas) for rubrique in Rubrique),
    )


def test_chaque_rubrique_dit_ou_elle_se_detaille() -> None:
    assert DEFINITIONS.keys() == set(Rubrique)
    for dite in DEFINITIONS.values():
        assert (dite.vers(SEPTEMBRE) is None) != (dite.commande is None)


def test_un_compte_borne_dit_qu_il_y_en_a_davantage() -> None:
    plein = Constat.de(Rubrique.REBUTS, COMPTE_MAXIMUM + 1)
    assert (plein.nombre, plein.davantage) == (COMPTE_MAXIMUM, True)
    assert not Constat.de(Rubrique.REBUTS, COMPTE_MAXIMUM).davantage


def test_fac_7_un_jalon_du_premier_jour_suivant_suffit() -> None:
    """Minuit à Québec, le 1er octobre; pas une seconde plus tôt."""
    minuit = datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert Jalon.de("demandes", minuit, SEPTEMBRE).atteint
    assert not Jalon.de("demandes", minuit.replace(hour=3, minute=59), SEPTEMBRE).atteint


@pytest.fixture
def page() -> str:
    exiger_chromium()
    return rendre(tableau())


def test_il_tient_dans_un_telephone(page: str, tmp_path: Path) -> None:
    assert ce_qui_deborde(page, tmp_path) == []


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


def test_il_s_imprime_entier(page: str, tmp_path: Path) -> None:
    texte = texte_imprime(PdfReader(imprimer(page, tmp_path)).pages)
    for morceau in (
        "Des faits de la période peuvent encore venir.",
        "10 000 ou plus",
        "python -m facturation rebuts lister",
        "Ce que ce tableau ne sait pas",
    ):
        assert morceau in texte
