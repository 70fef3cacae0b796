"""La page d'une disponibilité, dans un vrai navigateur : un téléphone, une feuille (SLA-5)."""

from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from noyau import Mois
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)
from services.sla.tests.builders import calendrier, fiche, pt_4
from services.sla.tests.unit.test_sla_disponibilite import CLIENT, MESSAGERIE, STOCKAGE, le, panne
from sla.disponibilites.adaptateurs.rendus.page_disponibilite import rendre
from sla.disponibilites.domaine.explication import Explication, MoisVise
from sla.disponibilites.domaine.indisponibilites import Indisponibilite, Nature
from sla.disponibilites.domaine.minutes import (
    Donnees,
    cadrer,
    decompter,
    dernier_jour,
    limite_de,
    segments,
)
from sla.fiches.domaine import Fiches

NOVEMBRE = Mois(2026, 11)


def page_de(*pannes: Indisponibilite) -> str:
    exiger_chromium()
    jusqua = dernier_jour(NOVEMBRE, date(2030, 1, 1))
    fiches = Fiches.de([fiche(pt_4()), fiche(pt_4(), version=2, debut=date(2026, 11, 16))])
    donnees = Donnees(fiches, calendrier(), (MESSAGERIE, STOCKAGE), pannes)
    siens = cadrer(segments(fiches, NOVEMBRE, jusqua)["PT-4"], donnees)
    decompte = decompter(siens, "MTQ", CLIENT.active(limite_de(jusqua)))
    return rendre(Explication(MoisVise("MTQ", "PT-4", NOVEMBRE), jusqua, decompte))


@pytest.fixture
def page() -> str:
    """Un mois de deux versions, avec tout ce qu'une page peut porter."""
    return page_de(
        panne(le(9, 8, 6), le(9, 9, 48)),
        panne(le(10, 20), le(10, 23), nature=Nature.MAINTENANCE),
        panne(le(14, 10), le(14, 12), "stockage", nature=Nature.DEGRADATION),
        panne(le(30, 23), None),
    )


def test_elle_tient_dans_un_telephone(page: str, tmp_path: Path) -> None:
    assert ce_qui_deborde(page, tmp_path) == []


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


def test_sla_5_elle_s_imprime_entiere(page: str, tmp_path: Path) -> None:
    texte = texte_imprime(PdfReader(imprimer(page, tmp_path)).pages)
    for morceau in (
        "5 h 42 min de panne, sur 721 h de service.",
        "Brut 721 h 5 h 42 min",
        "1 h 42 min",
        "Comptée au brut; à l'ajusté, sa part hors du temps exclu.",
        "Une dégradation se consigne sans compter.",
        "elle dure",
        "POSTES, version 2",
        "d – plages de maintenance",
    ):
        assert morceau in texte, texte


def test_sla_5_un_mois_sans_panne_le_dit() -> None:
    page = page_de()
    assert "Aucune panne, sur" in page
    assert "Aucune n'atteint cet organisme" in page.replace("&#39;", "'")


def test_sla_5_le_ruban_dit_chaque_heure_perdue_sans_la_couleur(page: str) -> None:
    dite = page.replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'")
    assert "lundi 9 novembre : indisponible, compté à l'ajusté, de 8 h 06 à 9 h 48" in dite
    assert "indisponible, compté au brut seulement, de 22 h à 23 h" in dite
    assert "dimanche 15 novembre : rien à signaler" in dite


def test_sla_5_la_page_dit_ce_que_la_cible_admet() -> None:
    dite = page_de(panne(le(9, 8, 6), le(9, 9, 48))).replace("\N{NO-BREAK SPACE}", " ")
    assert "Après exclusions : 1 h 42 min de panne, sur 366 h; la cible de 99 %" in dite
    assert "en admet 3 h 39 min 36 s." in dite
