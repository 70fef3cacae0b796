"""CI-17 : les fins de mois d'un contrat, et ce qui le finit avant son terme."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.courants import Changement
from courtier.contrats.domaine.etats import Etat
from courtier.contrats.domaine.fins import echoir, refuser, resilier
from courtier.contrats.domaine.ruptures import Lettre
from courtier.contrats.domaine.termes import Termes
from noyau import Acteur, Conflit, Interdit, TransitionImpossible
from services.courtier.tests.builders import GESTIONNAIRE, acte, elements
from services.courtier.tests.unit.test_courtier_avenant import contrat

LE_10 = datetime(2026, 9, 10, 19, tzinfo=UTC)


def resilie(
    effet: date = date(2027, 4, 1),
    lettre: date = date(2026, 9, 10),
    *,
    sur: Contrat | None = None,
    acteur: Acteur = GESTIONNAIRE,
    le: datetime = LE_10,
) -> Contrat:
    piece = Lettre(UUID(int=1), "d" * 64, lettre)
    return resilier(sur or contrat(), effet, piece, "Regroupement.", acte(acteur, le))[0]


@pytest.mark.parametrize(
    ("debut", "mois", "fin"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 36, date(2031, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 10, 1), 36, date(2029, 10, 1)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
    ],
)
def test_ci_17_les_fins_de_mois_sont_decidees(debut: date, mois: int, fin: date) -> None:
    assert Termes(debut, mois, elements(duree_mois=mois)).fin == fin


def _a_pas(debut: date, mois: int) -> date:
    """La même fin, un mois à la fois, par le quantième de départ."""
    annee, rang = debut.year, debut.month
    for _ in range(mois):
        annee, rang = (annee + 1, 1) if rang == 12 else (annee, rang + 1)
    return date(annee, rang, min(debut.day, monthrange(annee, rang)[1]))


@given(st.dates(date(2026, 1, 1), date(2040, 12, 31)), st.integers(1, 36), st.integers(-40, 1200))
def test_ci_17_la_fin_et_le_rang_d_un_mois_sont_ceux_qu_on_compte(
    debut: date, mois: int, ecart: int
) -> None:
    termes = Termes(debut, mois, elements(duree_mois=mois))
    assert termes.fin == _a_pas(debut, mois)
    jour = debut + timedelta(days=ecart)
    rang = termes.mois_de(jour)
    if rang >= 1:
        assert _a_pas(debut, rang - 1) <= jour < _a_pas(debut, rang)
    else:
        assert jour < debut


def test_ci_17_la_fin_effective_est_la_premiere_des_deux() -> None:
    avant = resilie()
    assert (avant.fin, avant.courants.fin) == (date(2027, 4, 1), date(2028, 10, 1))
    assert avant.etat_le(date(2027, 3, 31)) is Etat.SIGNE
    assert avant.etat_le(date(2027, 4, 1)) is Etat.RESILIE


def test_ci_17_echu_se_lit_et_ne_s_ecrit_pas() -> None:
    conclu = contrat()
    assert conclu.etat is Etat.SIGNE
    assert conclu.etat_le(date(2028, 9, 30)) is Etat.SIGNE
    assert conclu.etat_le(date(2028, 10, 1)) is Etat.ECHU


@pytest.mark.parametrize(
    ("effet", "lettre"),
    [
        (date(2026, 9, 9), date(2026, 9, 10)),
        (date(2028, 10, 1), date(2026, 9, 10)),
        (date(2027, 4, 1), date(2026, 9, 11)),
        (date(2027, 4, 1), date(2026, 9, 7)),
        (date(2026, 9, 30), date(2026, 9, 10)),
    ],
)
def test_ci_17_une_resiliation_hors_de_ses_bornes(effet: date, lettre: date) -> None:
    with pytest.raises(Conflit) as refus:
        resilie(effet, lettre)
    assert refus.value.regle == "CI-17"


def test_ci_17_une_resiliation_consignee_tard_n_abrege_pas_le_passe() -> None:
    plus_tard = datetime(2027, 3, 1, 17, tzinfo=UTC)
    with pytest.raises(Conflit) as refus:
        resilie(date(2027, 2, 28), date(2026, 9, 10), le=plus_tard)
    assert refus.value.regle == "CI-17"
    assert resilie(date(2027, 3, 1), date(2026, 9, 10), le=plus_tard).fin == date(2027, 3, 1)


def test_ci_17_ni_deux_fois_ni_apres_la_fin_ni_par_une_machine() -> None:
    with pytest.raises(TransitionImpossible):
        resilie(sur=resilie())
    with pytest.raises(TransitionImpossible):
        resilie(le=datetime(2028, 10, 2, 12, tzinfo=UTC))
    with pytest.raises(Interdit):
        resilie(acteur=Acteur("ged", "MTQ", frozenset({"gestionnaire", "integration"})))


def test_ci_10_un_contrat_conclu_ne_se_refuse_plus() -> None:
    with pytest.raises(TransitionImpossible) as refus:
        refuser(contrat(), "Trop tard.", acte(GESTIONNAIRE, LE_10))
    assert refus.value.regle == "CI-16"


def test_ci_10_une_fin_s_annonce_une_fois_la_sienne() -> None:
    conclu = contrat()
    assert echoir(conclu, datetime(2028, 10, 1, 3, 59, tzinfo=UTC)) is None
    annonce = echoir(conclu, datetime(2028, 12, 1, 12, tzinfo=UTC))
    assert annonce is not None
    echu, fait = annonce
    assert (fait.contrat, fait.survenu_le) == (echu, datetime(2028, 10, 1, 4, tzinfo=UTC))
    assert echoir(echu, datetime(2029, 1, 1, tzinfo=UTC)) is None
    assert echoir(resilie(), datetime(2029, 1, 1, tzinfo=UTC)) is None


def test_ci_10_une_fin_reportee_apres_coup_s_annonce_a_son_tour() -> None:
    annonce = echoir(contrat(), datetime(2028, 10, 2, 12, tzinfo=UTC))
    assert annonce is not None
    prolonge = annonce[0].avec(Changement(duree_mois=30))
    assert echoir(prolonge, datetime(2029, 3, 31, 12, tzinfo=UTC)) is None
    suivante = echoir(prolonge, datetime(2029, 4, 1, 12, tzinfo=UTC))
    assert suivante is not None
    assert suivante[0].echeance_annoncee == date(2029, 4, 1)
