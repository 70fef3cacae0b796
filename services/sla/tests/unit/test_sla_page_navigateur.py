"""La page d'explication dans un vrai navigateur : un téléphone, une feuille (SLA-3)."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from calendrier import Motif
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)
from pages import MOTIFS
from services.sla.tests.builders import Recit, calendrier, fiche, fiches, indicateur, sept
from sla.mesures.adaptateurs.rendus.page_explication import rendre
from sla.mesures.domaine.explication import expliquer
from sla.mesures.domaine.verdict import rejouer


def test_sla_2_chaque_motif_a_son_dessin() -> None:
    assert MOTIFS.keys() == {motif.value for motif in Motif}


@pytest.fixture
def page() -> str:
    """Un verdict manqué, avec tout ce qu'une page peut porter."""
    exiger_chromium()
    recit = Recit().creee(sept(1), logiciel_payant=True, gamme="inconnue")
    recit.puis("demande.suspendue", sept(2), appris=sept(4)).reprise(sept(8)).rectifie(2, sept(3))
    recit.livree(sept(24))
    histoire = recit.histoire
    (mesure,) = rejouer(histoire, fiches(fiche(indicateur(delai=8))), calendrier())
    return rendre(expliquer(mesure, histoire, calendrier(), au=sept(30)))


def test_elle_tient_dans_un_telephone(page: str, tmp_path: Path) -> None:
    assert ce_qui_deborde(page, tmp_path) == []


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


def test_elle_s_imprime_entiere(page: str, tmp_path: Path) -> None:
    texte = texte_imprime(PdfReader(imprimer(page, tmp_path)).pages)
    for morceau in (
        "Manquée. 15 jours ouvrables comptés, pour un délai de 8.",
        "Semaine du 21 septembre 2026",
        "24 septembre 2026 : jour de la fin, compté",
        "le jour zéro (SLA-2). n° 4 1",
        "Demande suspendue n° 2 2 septembre 2026 1",
        "rectifié, d'abord annoncé le 8 septembre 2026, 9 h",
        "livraison mesurée",
        "Condition Conclusion Preuve",
        "non tranchée, signalée",
    ):
        assert morceau in texte
