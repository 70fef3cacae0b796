"""« La version en vigueur un jour donné » (CAT-2), contre une lecture naïve de la règle."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from noyau import Chronologie, Garde, Retrait, Version

PREMIER = date(2026, 1, 1)
JOURS = st.integers(0, 12).map(lambda n: PREMIER + timedelta(days=n))
VERSIONS = st.lists(st.tuples(JOURS, st.none() | JOURS), max_size=8).map(
    lambda bornes: [Version(n, debut, f"v{n}", fin) for n, (debut, fin) in enumerate(bornes, 1)]
)


def _naive(versions: list[Version[str]], le: date) -> Version[str] | None:
    valent = [v for v in versions if v.debut <= le and (v.fin is None or le < v.fin)]
    return max(valent, key=lambda v: (v.debut, v.numero), default=None)


@given(VERSIONS, JOURS, st.integers(0, 2**16))
def test_en_vigueur_egale_la_lecture_naive(
    versions: list[Version[str]], le: date, graine: int
) -> None:
    Random(graine).shuffle(versions)
    assert Chronologie.de(versions).en_vigueur(le) == _naive(versions, le)


@given(VERSIONS, JOURS)
def test_la_suivante_est_la_premiere_a_commencer_apres(
    versions: list[Version[str]], apres: date
) -> None:
    a_venir = [v for v in versions if v.debut > apres]
    attendue = min(a_venir, key=lambda v: (v.debut, v.numero), default=None)
    assert Chronologie.de(versions).suivante(apres) == attendue


def test_une_version_finie_rend_celle_qu_elle_couvrait() -> None:
    """La plus récente ne vaut que tant qu'elle dure; le jour de sa fin n'en est plus."""
    fond = Version(1, date(2026, 1, 1), "fond")
    passagere = Version(2, date(2026, 2, 1), "passagère", date(2026, 3, 1))
    chronologie = Chronologie.de([passagere, fond])
    vus = [
        chronologie.en_vigueur(jour)
        for jour in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    ]
    assert vus == [None, fond, passagere, fond]


RETRAITS = st.lists(st.tuples(JOURS, st.integers(0, 9)), max_size=3).map(
    lambda retraits: [Retrait(debut, numero) for debut, numero in retraits]
)


@given(VERSIONS, RETRAITS, JOURS, st.integers(0, 2**16))
def test_cat_2_une_version_retiree_laisse_valoir_la_precedente(
    versions: list[Version[str]], retraits: list[Retrait], le: date, graine: int
) -> None:
    """Les retirées sont de même début et de numéro au plus égal; l'ordre n'y change rien."""
    restent = [
        v
        for v in versions
        if not any(r.debut == v.debut and v.numero <= r.numero for r in retraits)
    ]
    Random(graine).shuffle(retraits)
    assert Chronologie.de(versions, retraits).en_vigueur(le) == _naive(restent, le)


GARDES = st.lists(st.tuples(st.integers(1, 9), JOURS, st.none() | JOURS), max_size=3).map(
    lambda gardes: [
        Garde(numero, debut, fin) for numero, debut, fin in gardes if fin is None or fin > debut
    ]
)


@given(VERSIONS, GARDES, JOURS, st.integers(0, 2**16))
def test_cat_6_qui_garde_une_version_ne_lit_qu_elle_le_temps_de_sa_garde(
    versions: list[Version[str]], gardes: list[Garde], le: date, graine: int
) -> None:
    connues = {v.numero: v for v in versions}
    tenues = [
        (max(g.debut, connues[g.numero].debut), g.numero)
        for g in gardes
        if g.numero in connues and (g.fin is None or le < g.fin)
    ]
    gardee = max((t for t in tenues if t[0] <= le), default=None)
    naive = _naive(versions, le)
    attendue = connues[gardee[1]].valeur if gardee else naive and naive.valeur
    Random(graine).shuffle(gardes)
    lue = Chronologie.de(versions).gardant(gardes).en_vigueur(le)
    assert (lue and lue.valeur) == attendue


def test_cat_6_le_statu_quo_fini_rend_ce_qui_vaut_alors() -> None:
    """Gardée de février à juin; la troisième, commencée en mai, vaut à partir de juin."""
    versions = [Version(n, date(2026, m, 1), f"v{n}") for n, m in ((1, 1), (2, 3), (3, 5))]
    vue = Chronologie.de(versions).gardant([Garde(1, date(2026, 2, 1), date(2026, 6, 1))])
    mois = {m: vue.en_vigueur(date(2026, m, 1)) for m in range(1, 8)}
    lues = {m: v.numero for m, v in mois.items() if v}
    assert lues == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 3, 7: 3}


def test_cat_6_une_version_a_venir_se_garde_sans_se_devancer() -> None:
    """Obtenue dès février, la deuxième, qui commence en mars, ne vaut qu'à partir de mars."""
    versions = [Version(n, date(2026, m, 1), f"v{n}") for n, m in ((1, 1), (2, 3), (3, 5))]
    vue = Chronologie.de(versions).gardant([Garde(2, date(2026, 2, 1))])
    lues = [v.numero for m in (1, 2, 3, 4, 6) if (v := vue.en_vigueur(date(2026, m, 1)))]
    assert lues == [1, 1, 2, 2, 2]
    finie = Chronologie.de(versions).gardant([Garde(2, date(2026, 2, 1), date(2026, 2, 15))])
    assert finie == Chronologie.de(versions), "finie avant que sa version commence, elle n'est rien"


@given(st.dictionaries(JOURS, st.text(max_size=3), max_size=6), JOURS)
def test_par_jour_chaque_valeur_vaut_de_son_jour_au_suivant(
    valeurs: dict[date, str], le: date
) -> None:
    commencees = [jour for jour in valeurs if jour <= le]
    lue = Chronologie.par_jour(valeurs).en_vigueur(le)
    assert (lue and lue.valeur) == (valeurs[max(commencees)] if commencees else None)
