"""La page qui explique la disponibilité d'un mois (SLA-5)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from noyau import debut_du_jour
from outils.essais.navigateur import ce_qui_deborde, exiger_chromium, imprimer, violations_axe
from services.sla.tests.builders import calendrier, fiche, pt_4
from services.sla.tests.unit.test_sla_disponibilite import (
    CLIENT,
    MESSAGERIE,
    NOVEMBRE,
    STOCKAGE,
    le,
    panne,
)
from sla.disponibilites.adaptateurs.rendus.page_disponibilite import rendre
from sla.disponibilites.cas_usage.comptes import Explication
from sla.disponibilites.domaine.indisponibilites import Indisponibilite, Nature
from sla.disponibilites.domaine.minutes import Donnees, cadrer, decompter, segments
from sla.fiches.domaine import Fiches

JUSQUA = date(2026, 11, 30)
PANNES = (
    panne(le(9, 8, 6), le(9, 9, 48)),
    panne(le(9, 9), le(9, 10), service="stockage"),
    panne(le(14, 3), le(14, 5), nature=Nature.MAINTENANCE),
    panne(le(17, 10), le(17, 12), nature=Nature.DEGRADATION),
)


def page(*pannes: Indisponibilite, cible: str | None = "0.99") -> str:
    promise = None if cible is None else Decimal(cible)
    fiches = Fiches.de([fiche(pt_4(cible=promise), code="OUTILS")])
    donnees = Donnees(fiches, calendrier(), (MESSAGERIE, STOCKAGE), pannes)
    siens = segments(fiches, NOVEMBRE, JUSQUA)["PT-4"]
    actif = CLIENT.active(debut_du_jour(date(2026, 12, 1)))
    decompte = decompter(cadrer(siens, donnees), "MTQ", actif)
    return rendre(Explication("MTQ", "PT-4", NOVEMBRE, JUSQUA, decompte))


def dit(texte: str) -> str:
    return " ".join(texte.replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'").split())


def test_sla_5_la_page_dit_l_union_des_pannes_et_ce_que_la_cible_admet() -> None:
    lue = dit(page(*PANNES))
    # 8 h 06 à 10 h : 114 min au brut et à l'ajusté; la maintenance d'un samedi, au brut seulement.
    assert "Indisponible 114 min sur" in lue
    assert "la cible de 99 % en admet" in lue
    assert "Leur union</th>" in lue
    assert '">234 min</td>' in lue
    assert "Une dégradation se consigne sans compter." in lue
    assert "toute en temps exclu, elle ne l'est pas à l'ajusté." in lue


def test_sla_5_le_ruban_dit_chaque_heure_perdue_sans_la_couleur() -> None:
    lue = dit(page(*PANNES))
    assert "lundi 9 novembre : indisponible, compté à l'ajusté, de 8 h 06 à 10 h" in lue
    assert "samedi 14 novembre : indisponible, compté au brut seulement, de 3 h à 5 h" in lue
    assert "dimanche 15 novembre : rien à signaler" in lue


def test_sla_5_sans_panne_ni_cible_la_page_le_dit() -> None:
    lue = dit(page(cible=None))
    assert "Aucune n'a atteint l'organisme ce mois-là." in lue
    assert "Indisponible 0 min sur" in lue
    assert "; sans cible." in lue


def test_sla_5_la_cible_a_la_seconde_pres() -> None:
    """Le service ajusté de novembre, moins un centième : au-delà d'une seconde, l'avis change."""
    sans = dit(page())
    assert 'class="avis succes"' in sans
    longue = dit(page(panne(le(9, 6), le(9, 21, 59)), panne(le(10, 6), le(10, 12))))
    assert 'class="avis erreur"' in longue


@pytest.mark.parametrize("largeur", [320, 1280])
def test_rien_ne_defile_de_cote(tmp_path: Path, largeur: int) -> None:
    exiger_chromium()
    assert ce_qui_deborde(page(*PANNES), tmp_path, largeur) == []


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(tmp_path: Path, *, sombre: bool) -> None:
    exiger_chromium()
    assert violations_axe(page(*PANNES), tmp_path, sombre=sombre) == []


def test_elle_s_imprime_entiere(tmp_path: Path) -> None:
    exiger_chromium()
    feuilles = PdfReader(imprimer(page(*PANNES), tmp_path)).pages
    texte = dit(" ".join(feuille.extract_text() for feuille in feuilles))
    for morceau in ("Heure par heure", "Leur union", "Plages exclues", "OUTILS, version 1"):
        assert morceau in texte
