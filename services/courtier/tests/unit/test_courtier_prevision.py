"""CI-19 : la date d'épuisement prévue, au rythme des mois que couvrent les commandes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.catalogue.domaine import BASE, Periodicite
from courtier.consommation.domaine.prevision import Engagement, Methode, Prevision, prevoir
from courtier.contrats.domaine.contrat import Contrat
from courtier.dossiers.domaine.elements import QuantitePeriode
from noyau import ZERO, Montant
from services.courtier.tests.builders import COURRIEL
from services.courtier.tests.unit.test_courtier_avenant import contrat

CONTRAT = contrat()
"""12 000 $ sur 24 mois, du 1er octobre 2026."""
DERNIER = date(2028, 9, 30)
ENTREE = date(2026, 10, 1)


def engagement(cents: int, mois: int, le: date = ENTREE, composante: str = BASE) -> Engagement:
    return Engagement(
        datee_le=le, offre_id=COURRIEL, composante=composante, mois=mois, montant=Montant(cents)
    )


def prevue(jour: date, *engages: Engagement, de: Contrat = CONTRAT, seules: int = 0) -> Prevision:
    """`seules` : les cents facturés sans commande."""
    consomme = sum((e.montant for e in engages), Montant(seules))
    return prevoir(de, consomme, engages, jour)


@pytest.mark.parametrize(
    ("consomme", "jour", "attendue"),
    [
        (0, date(2026, 10, 8), Prevision(Methode.AUCUNE)),
        (80_000, date(2026, 9, 30), Prevision(Methode.AUCUNE)),
        (80_000, date(2028, 10, 1), Prevision(Methode.AUCUNE)),
        # 800 $ en un mois, le moins qui se mesure : quinze mois.
        (80_000, date(2026, 10, 8), Prevision(Methode.RYTHME_MOYEN, date(2027, 12, 31), True)),
        (80_000, date(2026, 11, 30), Prevision(Methode.RYTHME_MOYEN, date(2029, 3, 31), False)),
        (1, date(2026, 10, 8), Prevision(Methode.RYTHME_MOYEN)),
        (1_200_000, date(2026, 10, 8), Prevision(Methode.EPUISE, None, True)),
        (1_200_001, date(2026, 10, 8), Prevision(Methode.EPUISE, None, True)),
        (1_200_001, date(2026, 9, 20), Prevision(Methode.EPUISE, None, True)),
    ],
)
def test_ci_19_la_date_d_epuisement_dit_sa_methode(
    consomme: int, jour: date, attendue: Prevision
) -> None:
    """Dépassé, le montant manque déjà."""
    assert prevoir(CONTRAT, Montant(consomme), (), jour) == attendue


def test_ci_19_une_commande_d_un_an_n_est_pas_le_rythme_d_un_jour() -> None:
    """La moitié du montant pour la moitié de la durée : de quoi finir, tout au long de l'année."""
    un_an = engagement(600_000, 12)
    for jour in (ENTREE, date(2026, 12, 15), date(2027, 9, 30)):
        assert prevue(jour, un_an) == Prevision(Methode.RYTHME_MOYEN, DERNIER, False)
    double = engagement(1_200_000 - 1, 12)
    assert prevue(ENTREE, double).epuisement_le == date(2027, 10, 1)
    assert prevue(ENTREE, engagement(1_200_000, 24)) == Prevision(Methode.EPUISE, None, False)
    assert prevue(ENTREE, engagement(1_200_000, 12)) == Prevision(Methode.EPUISE, None, True)


@pytest.mark.parametrize("jour", [date(2027, 2, 1), date(2027, 2, 28), date(2028, 3, 1)])
def test_ci_19_une_commande_par_mois_au_rythme_du_contrat_suffit(jour: date) -> None:
    """Un mois court n'y change rien."""
    debuts = (date(2026 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(24))
    engages = [engagement(50_000, 1, debut) for debut in debuts if debut <= jour]
    assert prevue(jour, *engages) == Prevision(Methode.RYTHME_MOYEN, DERNIER, False)


def test_ci_19_ce_qui_ne_se_paie_qu_une_fois_ne_se_repete_pas() -> None:
    [courriel] = CONTRAT.termes.elements
    [base] = courriel.composantes
    entree = replace(
        base,
        code="entree",
        periodicite=Periodicite.UNIQUE,
        quantites=(QuantitePeriode(1, 1, 100),),
    )
    avec_entree = replace(courriel, composantes=(base, entree))
    de = replace(CONTRAT, termes=replace(CONTRAT.termes, elements=(avec_entree,)))
    frais = engagement(125_000, 1, composante="entree")
    assert prevue(ENTREE, frais, de=de) == Prevision(Methode.RYTHME_MOYEN)
    assert prevue(ENTREE, frais, engagement(50_000, 1), de=de) == Prevision(
        Methode.RYTHME_MOYEN, DERNIER, False
    )


JOURS = st.dates(ENTREE, DERNIER)
ENGAGES = st.lists(
    st.builds(engagement, st.integers(1, 300_000), st.integers(1, 24), JOURS), max_size=12
)


@given(ENGAGES, st.integers(0, 300_000), st.integers(1, 24), st.integers(1, 100_000), JOURS)
def test_ci_19_l_epuisement_est_a_venir_et_consommer_ne_l_eloigne_pas(
    engages: Sequence[Engagement], seules: int, mois: int, plus: int, jour: date
) -> None:
    faits = [e for e in engages if e.datee_le <= jour]
    avant = prevue(jour, *faits, seules=seules)
    for apres in (
        prevue(jour, *faits, seules=seules + plus),
        prevue(jour, *faits, engagement(plus, mois, jour), seules=seules),
    ):
        assert apres.avant_la_fin >= avant.avant_la_fin
        if apres.methode is Methode.RYTHME_MOYEN and avant.epuisement_le:
            assert apres.epuisement_le is not None
            assert jour < apres.epuisement_le <= avant.epuisement_le
        consomme = sum((e.montant for e in faits), ZERO)
        assert apres.methode is not Methode.AUCUNE or consomme == ZERO


@given(JOURS, st.integers(1, 1_199_999))
def test_ci_19_epuise_le_dernier_jour_le_montant_suffit(jour: date, cents: int) -> None:
    prevision = prevue(jour, seules=cents)
    avant = prevision.epuisement_le is not None and prevision.epuisement_le < DERNIER
    assert prevision.avant_la_fin == avant
    assert CONTRAT.fin - timedelta(days=1) == DERNIER
