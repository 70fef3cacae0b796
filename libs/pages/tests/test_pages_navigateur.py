"""Ce qu'un navigateur fait de la page témoin : à 320 pixels, et sur du papier."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from libs.pages.tests.page_temoin import rendre
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)
from pages import politique
from pages.annonce import bandeau

pytestmark = pytest.mark.usefixtures("chromium")
LETTRE = (612.0, 792.0)


@pytest.fixture
def chromium() -> str:
    return exiger_chromium()


@pytest.mark.parametrize("largeur", [320, 768, 1280])
def test_rien_ne_defile_de_cote(tmp_path: Path, largeur: int) -> None:
    assert ce_qui_deborde(rendre(), tmp_path, largeur) == []


def test_une_page_qui_deborde_est_vue(tmp_path: Path) -> None:
    """Le contrôle : la mesure sait dire non."""
    page = rendre().replace("</main>", '<div style="width: 900px">large</div></main>')
    assert ce_qui_deborde(page, tmp_path) != []


def test_la_politique_laisse_la_feuille_habiller_la_page(tmp_path: Path) -> None:
    """Le contrôle : une autre empreinte la lui refuse, et la page déborde."""
    charset = '<meta charset="utf-8">'
    meta = f'{charset}<meta http-equiv="Content-Security-Policy" content="{politique()}">'
    gardee = rendre().replace(charset, meta)
    assert ce_qui_deborde(gardee, tmp_path) == []
    assert ce_qui_deborde(gardee.replace("* { box-sizing", "*{ box-sizing"), tmp_path) != []


def test_le_papier_montre_tout_meme_ce_qui_est_replie(tmp_path: Path) -> None:
    feuilles = PdfReader(imprimer(rendre(), tmp_path)).pages
    assert {tuple(map(float, f.mediabox[2:])) for f in feuilles} == {LETTRE}
    texte = texte_imprime(feuilles)
    for rang in range(1, 4):
        for n in range(4, 9):
            assert f"Contenu {rang}{n}" in texte, (rang, n)
    assert "Valeur cachée" in texte
    assert texte.count("Total") == 1


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_reproche_rien(tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(rendre(), tmp_path, sombre=sombre) == []


def annoncee() -> str:
    """La page témoin, un entretien annoncé."""
    debut = datetime(2026, 11, 28, 3, tzinfo=UTC)
    page = rendre()
    posee = page.replace("<main", bandeau(debut, debut + timedelta(hours=8)) + "<main", 1)
    assert "27 novembre 2026, 22" in posee.replace("\N{NO-BREAK SPACE}", " "), "l'heure de Québec"
    return posee


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_reproche_rien_a_un_entretien_annonce(tmp_path: Path, *, sombre: bool) -> None:
    """Le contraste AA compris, et le repère où il est."""
    assert violations_axe(annoncee(), tmp_path, sombre=sombre) == []


def test_un_entretien_annonce_tient_a_l_ecran_et_ne_s_imprime_pas(tmp_path: Path) -> None:
    assert ce_qui_deborde(annoncee(), tmp_path) == []
    assert "Entretien" not in texte_imprime(PdfReader(imprimer(annoncee(), tmp_path)).pages)


def test_axe_sait_reprocher(tmp_path: Path) -> None:
    page = rendre().replace("</main>", '<span style="color:#ccc">gris</span></main>')
    assert len(violations_axe(page, tmp_path)) == 1
