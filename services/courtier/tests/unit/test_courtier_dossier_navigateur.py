"""La page d'un dossier : ses étapes, ce qui manque, tels que le domaine les dit (CI-10)."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import escape
from pypdf import PdfReader

from courtier.dossiers.adaptateurs.rendus.page_dossier import rendre
from courtier.dossiers.domaine.actes import Cloture, Etape, Fin, Geste, Retour
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import DossierVu, manque
from courtier.dossiers.domaine.libelles import ETAPES, GESTES, ISSUES
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)
from services.courtier.tests.builders import LE_2_SEPTEMBRE
from services.courtier.tests.parcours import CHER, VIDE, choix, circonstances, mene, poser


def page_de(dossier: Dossier) -> str:
    return rendre(DossierVu(dossier, circonstances()), LE_2_SEPTEMBRE)


def _etats(page: str) -> list[str]:
    return re.findall(r'<p class="etat">(.*?)</p>', page)


def test_tout_se_nomme() -> None:
    assert ETAPES.keys() == set(Etape)
    assert GESTES.keys() == set(Geste)
    assert ISSUES.keys() == set(Fin)


RETOUR = Retour(etape=Etape.CONSULTATION, motif="À revoir.")


@pytest.mark.parametrize(
    ("dossier", "etats"),
    [
        (lambda: VIDE, ["en cours", *["à venir"] * 4]),
        (lambda: mene(Geste.CONFORMITE), [*["faite"] * 3, "en cours", "à venir"]),
        (lambda: mene(Geste.BUDGET), [*["faite"] * 4, "en cours"]),
        (
            lambda: poser(mene(Geste.CHOIX), RETOUR),
            ["faite", "faite", "en cours, à refaire", "à refaire", "à venir"],
        ),
    ],
)
def test_ci_10_la_frise_dit_ou_en_est_chaque_etape(
    dossier: Callable[[], Dossier], etats: list[str]
) -> None:
    assert _etats(page_de(dossier())) == etats


@pytest.mark.parametrize("geste", [Geste.BESOINS, Geste.CHOIX, Geste.CONFIRMATION])
def test_ci_10_la_page_dit_tout_ce_qui_manque_et_sa_regle(geste: Geste) -> None:
    dossier = mene(geste)
    page = page_de(dossier)
    manques = {m for g in Geste for m in manque(g, dossier, circonstances())}
    assert manques
    for m in manques:
        assert str(escape(m.texte)) in page
        assert f'data-colonne="Règle" class="insecable">{m.regle}<' in page


def test_ci_10_un_acte_defait_se_dit_a_refaire() -> None:
    page = page_de(poser(mene(Geste.CHOIX), RETOUR))
    assert page.count(">à refaire</td>") == len(mene(Geste.CHOIX).actes) - 2


def test_ci_10_un_dossier_fini_ne_dit_plus_ce_qui_manque() -> None:
    page = page_de(poser(mene(Geste.CHOIX), Cloture(issue=Fin.SANS_SUITE, motif="Annulé.")))
    assert ISSUES[Fin.SANS_SUITE] in page
    assert "Ce qui manque" not in page
    assert "Se peut maintenant" not in page
    assert _etats(page)[:4] == ["faite"] * 4


def test_ci_15_le_choix_dit_son_ecart() -> None:
    page = page_de(poser(mene(Geste.SCENARIO), choix(CHER))).replace("\u00a0", " ")
    assert "12 000,00 $, 2 400,00 $ de plus que le plus bas" in page
    assert "9 600,00 $, le plus bas prix" in page_de(mene(Geste.CHOIX)).replace("\u00a0", " ")


@pytest.fixture
def page() -> str:
    exiger_chromium()
    return page_de(poser(mene(Geste.SCENARIO), choix(CHER)))


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


@pytest.mark.parametrize("largeur", [320, 768, 1280])
def test_rien_ne_deborde(page: str, tmp_path: Path, largeur: int) -> None:
    assert ce_qui_deborde(page, tmp_path, largeur) == []


def test_il_s_imprime_entier(page: str, tmp_path: Path) -> None:
    texte = texte_imprime(PdfReader(imprimer(page, tmp_path)).pages)
    for morceau in ("Les cinq étapes", "Ce qui manque", "Ce qui s'est fait"):
        assert morceau in texte
