"""Les pièges connus des compteurs de niveaux de service, chacun compté à la main.

Ceux où GLPI, iTop, Zammad, Jira ou ServiceNow se trompent, ou se sont trompés.
"""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from calendrier import instant_de_quebec
from services.sla.tests.builders import (
    Recit,
    calendrier,
    fiche,
    fiches,
    indicateur,
    sept,
)
from sla.fiches.domaine import Fiches
from sla.mesures.domaine.explication import expliquer
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer
from sla.taux.domaine.parts import Taux


def juger(recit: Recit, connues: Fiches | None = None) -> Mesure:
    """La seule mesure de ce récit."""
    (mesure,) = rejouer(recit.histoire, connues or fiches(), calendrier())
    return mesure


def le(
    annee: int, mois: int, jour: int, heure: int = 9, minute: int = 0, seconde: int = 0
) -> datetime:
    return instant_de_quebec(date(annee, mois, jour), time(heure, minute, seconde))


def test_sla_2_une_pause_du_vendredi_16_h_au_lundi_9_h_ne_coute_que_le_vendredi() -> None:
    # J0 = jeudi 10. Le vendredi 11 est au client à 17 h; le lundi 14 et le mardi 15 comptent.
    recit = Recit().creee(sept(10)).suspendue(sept(11, 16)).reprise(sept(14, 9)).livree(sept(15))
    mesure = juger(recit)
    assert (mesure.j0, mesure.jours) == (date(2026, 9, 10), 2)


@pytest.mark.parametrize("delai", [1, 20])
def test_sla_3_une_cible_changee_pendant_une_pause_ne_regit_pas_la_demande(delai: int) -> None:
    # J0 = mardi 8 sous dix jours; la version du 11, en pleine pause, en dit un ou vingt.
    connues = fiches(fiche(), fiche(indicateur(delai=delai), version=2, debut=date(2026, 9, 11)))
    recit = Recit().creee(sept(8)).suspendue(sept(10)).reprise(sept(14)).livree(sept(28))
    mesure = juger(recit, connues)
    # Comptés : 9, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 28 = 12.
    assert (mesure.verdict, mesure.jours, mesure.regime.version) == (Verdict.MANQUEE, 12, 1)


def test_sla_3_une_cible_changee_apres_la_fin_laisse_le_verdict() -> None:
    recit = Recit().creee(sept(1)).livree(sept(16))
    plus_dure = fiche(indicateur(delai=1), version=2, debut=date(2026, 9, 17))
    assert juger(recit, fiches(fiche(), plus_dure)) == juger(recit)


def test_sla_2_une_pause_encore_ouverte_au_rapport_ne_compte_ni_ne_finit() -> None:
    # J0 = mardi 8; le 9 compte; au client depuis le 10. Le 30, rien de plus n'est compté.
    recit = Recit().creee(sept(8)).suspendue(sept(10))
    mesure = juger(recit)
    vue = expliquer(mesure, recit.histoire, calendrier(), au=sept(30))
    assert (mesure.verdict, mesure.mois) == (Verdict.EN_COURS, None)
    assert vue.decompte is not None
    assert vue.decompte.jours == 1


def test_sla_1_du_24_decembre_au_4_janvier_rien_ne_compte_avant_le_29() -> None:
    # 2026 : chômés les 24, 25, 28 (le 26 est un samedi) et 31, puis 1er et 4 janvier (le 2 aussi).
    # J0 = mercredi 23. Comptés : 29, 30 décembre, 5 janvier = 3.
    recit = Recit().creee(le(2026, 12, 23)).livree(le(2027, 1, 5))
    mesure = juger(recit)
    assert (mesure.j0, mesure.jours) == (date(2026, 12, 23), 3)
    # Créée le 24 : J0 recule au 29.
    veille = juger(Recit().creee(le(2026, 12, 24)).livree(le(2027, 1, 4)))
    assert (veille.j0, veille.jours) == (date(2026, 12, 29), 1)


@pytest.mark.parametrize(
    ("avant", "apres"),
    [((2026, 3, 6), (2026, 3, 9)), ((2026, 10, 30), (2026, 11, 2))],
    ids=["23 heures le 8 mars", "25 heures le 1er novembre"],
)
def test_sla_1_par_dessus_un_changement_d_heure_17_h_reste_17_h_a_quebec(
    avant: tuple[int, int, int], apres: tuple[int, int, int]
) -> None:
    for heure, j0 in (((16, 59, 59), date(*avant)), ((17, 0, 0), date(*apres))):
        recit = Recit().creee(le(*avant, *heure)).suspendue(le(*apres, 17, 0, 1))
        mesure = juger(recit.livree(le(*apres, 18)))
        assert (mesure.j0, mesure.jours) == (j0, 1 if j0 == date(*avant) else 0)


def test_sla_2_un_jour_civil_a_23_ou_25_heures_compte_un_jour() -> None:
    connues = fiches(fiche(indicateur(horloge="jours_civils")))
    for debut, fin in (((2026, 3, 7), (2026, 3, 9)), ((2026, 10, 31), (2026, 11, 2))):
        recit = Recit().creee(le(*debut, 23, 59, 59)).livree(le(*fin, 0))
        assert juger(recit, connues).jours == 2


@pytest.mark.parametrize(("heure", "jours"), [((16, 59, 59), 1), ((17, 0, 0), 1), ((17, 0, 1), 2)])
def test_sla_2_suspendue_autour_de_17_h(heure: tuple[int, int, int], jours: int) -> None:
    # J0 = mardi 8. Le 9 ne compte que si la pause vient après 17 h 00 min 00 s; le 11 compte.
    recit = Recit().creee(sept(8)).suspendue(sept(9, *heure)).reprise(sept(11)).livree(sept(11, 12))
    assert juger(recit).jours == jours


@pytest.mark.parametrize(("heure", "j0"), [((16, 59, 59), 8), ((17, 0, 0), 9), ((17, 0, 1), 9)])
def test_sla_2_creee_autour_de_17_h(heure: tuple[int, int, int], j0: int) -> None:
    mesure = juger(Recit().creee(sept(8, *heure)).livree(sept(10)))
    assert (mesure.j0, mesure.jours) == (date(2026, 9, j0), 10 - j0)


def test_sla_4_sans_aucun_fait_le_taux_est_sans_objet() -> None:
    assert (
        rejouer(replace(Recit().creee(sept(8)).histoire, episodes=()), fiches(), calendrier()) == []
    )
    rien = Taux(0, 0)
    assert (rien.valeur, rien.arrondi(Decimal("0.95")), rien.atteint(Decimal("0.95"))) == (
        None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(("conformes", "mesurees"), [(2, 1), (1, 0), (-1, 3)])
def test_sla_4_un_taux_de_plus_de_un_ne_se_construit_pas(conformes: int, mesurees: int) -> None:
    with pytest.raises(ValueError, match="conformes sur"):
        Taux(conformes, mesurees)
