"""SLA-2 : la relecture naïve, le décompte expliqué et le décompte en lot disent la même chose."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendrier import (
    Calendrier,
    Charge,
    HistoireInvalide,
    JourHorsCalendrier,
    Transition,
    decompter,
    echeance_projetee,
    lire_versions,
    microsecondes,
)
from calendrier.lot import SANS_FIN, DecompteLot, HistoiresPlates, aplatir, decompter_lot
from libs.calendrier.tests import oracle_calendrier as oracle

CALENDRIER = Calendrier.depuis(lire_versions()[0])

Demande = tuple[list[Transition], datetime | None]

# Des semaines qui mordent : fêtes, Pâques, changements d'heure, fête du Travail, bornes d'année.
DEPARTS = [
    datetime(2016, 12, 20, tzinfo=UTC),
    datetime(2021, 12, 22, tzinfo=UTC),
    datetime(2026, 3, 4, tzinfo=UTC),
    datetime(2026, 4, 1, tzinfo=UTC),
    datetime(2026, 9, 1, tzinfo=UTC),
    datetime(2026, 10, 28, tzinfo=UTC),
    datetime(2029, 6, 20, tzinfo=UTC),
]
AU = datetime(2030, 1, 15, 15, tzinfo=UTC)


@st.composite
def instants(draw: st.DrawFn, depart: datetime) -> datetime:
    """Un instant dans les trois semaines, souvent pile ou à un souffle de 17 h à Québec."""
    jour = depart + timedelta(days=draw(st.integers(0, 20)))
    if draw(st.booleans()):
        souffle = timedelta(microseconds=draw(st.sampled_from([-1, 0, 0, 1])))
        return oracle.cinq_heures(jour.date()) + souffle
    return jour + timedelta(minutes=draw(st.integers(0, 24 * 60 - 1)))


@st.composite
def demandes(draw: st.DrawFn) -> Demande:
    """Une histoire en désordre, avec des faits à la même heure, finie ou encore ouverte."""
    depart = draw(st.sampled_from(DEPARTS))
    heures = draw(st.lists(instants(depart), min_size=1, max_size=7))
    heures += draw(st.lists(st.sampled_from(heures), max_size=3))
    charges = draw(st.lists(st.sampled_from(Charge), min_size=len(heures), max_size=len(heures)))
    transitions = [
        Transition(instant, sequence, charge)
        for sequence, (instant, charge) in enumerate(zip(heures, charges, strict=True), start=1)
    ]
    fin = draw(st.none() | instants(depart))
    return draw(st.permutations(transitions)), fin


def en_lot(histoires: Sequence[Demande], au: datetime = AU) -> DecompteLot:
    fins = [SANS_FIN if fin is None else microsecondes(fin) for _, fin in histoires]
    return decompter_lot(
        aplatir(t for t, _ in histoires),
        np.array(fins, dtype=np.int64),
        CALENDRIER,
        au=microsecondes(au),
    )


def selon_l_oracle(transitions: list[Transition], fin: datetime | None) -> tuple[date | None, int]:
    faits = [(t.instant, t.sequence, t.charge.name) for t in transitions]
    return oracle.decompter(faits, fin, AU)


@settings(max_examples=200)
@given(demandes())
def test_sla2_le_decompte_explique_comme_la_relecture_naive(demande: Demande) -> None:
    transitions, fin = demande
    decompte = decompter(transitions, fin, CALENDRIER, au=AU)
    assert (decompte.j0, decompte.jours) == selon_l_oracle(transitions, fin)


@settings(max_examples=60)
@given(st.lists(demandes(), max_size=12))
def test_sla2_le_lot_comme_la_relecture_naive(histoires: list[Demande]) -> None:
    lot = en_lot(histoires)
    attendus = [selon_l_oracle(transitions, fin) for transitions, fin in histoires]
    assert list(zip(lot.j0.tolist(), lot.jours.tolist(), strict=True)) == attendus


@given(demandes(), st.integers(0, 30 * 24 * 60))
def test_sla6_ouverte_vue_a_tout_instant_les_trois_s_accordent(
    demande: Demande, minutes: int
) -> None:
    transitions, _ = demande
    au = min(t.instant for t in transitions) + timedelta(minutes=minutes)
    decompte = decompter(transitions, None, CALENDRIER, au=au)
    lot = en_lot([(transitions, None)], au)
    naif = oracle.decompter([(t.instant, t.sequence, t.charge.name) for t in transitions], None, au)
    assert (decompte.j0, decompte.jours) == naif == (lot.j0.tolist()[0], int(lot.jours[0]))


@given(demandes())
def test_sla2_les_intervalles_couvrent_chaque_jour_une_fois(demande: Demande) -> None:
    transitions, fin = demande
    decompte = decompter(transitions, fin, CALENDRIER, au=AU)
    suite = decompte.intervalles
    assert sum(i.jours for i in suite) == decompte.jours
    for avant, apres in pairwise(suite):
        assert apres.debut == avant.fin + timedelta(days=1)
        assert (avant.motif, avant.libelle) != (apres.motif, apres.libelle)
    if suite:
        assert (
            suite[0].debut == min(t.instant for t in transitions).astimezone(oracle.QUEBEC).date()
        )
        assert suite[-1].fin == (fin or AU).astimezone(oracle.QUEBEC).date()


@given(demandes(), st.integers(0, 40))
def test_sla2_finir_plus_tard_ne_compte_jamais_un_jour_de_trop_peu(
    demande: Demande, jours: int
) -> None:
    """Le jour de la fin compte toujours : reculer la fin peut le perdre, jamais plus que lui."""
    transitions, fin = demande
    fin = fin or AU - timedelta(days=365)
    plus_tard = fin + timedelta(days=jours)
    avant = decompter(transitions, fin, CALENDRIER).jours
    assert decompter(transitions, plus_tard, CALENDRIER).jours >= avant - 1


@given(demandes(), st.integers(0, 60), st.integers(0, 60))
def test_sla6_le_compteur_d_une_demande_ouverte_ne_recule_jamais(
    demande: Demande, jours_a: int, jours_b: int
) -> None:
    transitions, _ = demande
    depart = min(t.instant for t in transitions)
    tot, tard = (depart + timedelta(days=j) for j in sorted((jours_a, jours_b)))
    assert (
        decompter(transitions, None, CALENDRIER, au=tot).jours
        <= decompter(transitions, None, CALENDRIER, au=tard).jours
    )


@given(demandes(), st.data())
def test_sla2_une_suspension_de_plus_n_ajoute_jamais_de_jour(
    demande: Demande, data: st.DataObject
) -> None:
    transitions, fin = demande
    sans = decompter(transitions, fin, CALENDRIER, au=AU)
    rang = data.draw(st.integers(0, len(transitions) - 1))
    suspendue = [
        t._replace(charge=Charge.CLIENT) if i == rang else t for i, t in enumerate(transitions)
    ]
    avec = decompter(suspendue, fin, CALENDRIER, au=AU)
    assert avec.jours <= sans.jours
    assert avec.j0 is None or (sans.j0 is not None and sans.j0 <= avec.j0)


@settings(max_examples=500)
@given(demandes(), st.integers(0, 22), st.data())
def test_sla6_l_echeance_projetee_comme_la_force_brute(
    demande: Demande, delai: int, donnees: st.DataObject
) -> None:
    """Vue à tout instant, souvent à 17 h pile : délai nul ou épuisé et faits à venir compris."""
    transitions, _ = demande
    ecart = timedelta(days=donnees.draw(st.integers(0, 12)))
    au = donnees.draw(st.sampled_from([t.instant for t in transitions])) + ecart
    attendue = oracle.echeance(
        [(t.instant, t.sequence, t.charge.name) for t in transitions], delai, au
    )
    assert echeance_projetee(transitions, delai, CALENDRIER, au=au) == attendue


@given(demandes(), st.integers(1, 22))
def test_sla6_le_compteur_atteint_le_delai_a_l_echeance_projetee(
    demande: Demande, delai: int
) -> None:
    transitions, _ = demande
    au = max(t.instant for t in transitions)
    limite = echeance_projetee(transitions, delai, CALENDRIER, au=au)
    assert (limite is None) == all(t.charge is not Charge.MCN for t in transitions)
    if limite is not None:
        ouverte = [*transitions, Transition(au, 99, Charge.MCN)]  # reprise à `au` même, et gardée
        soir = oracle.cinq_heures(limite)
        assert decompter(ouverte, None, CALENDRIER, au=soir).jours == delai
        veille = soir - timedelta(microseconds=1)
        assert decompter(ouverte, None, CALENDRIER, au=veille).jours == delai - 1


def test_sla2_un_grand_lot_comme_un_par_un() -> None:
    hasard = np.random.default_rng(20260907)
    nombre = 400
    tailles = hasard.integers(1, 8, nombre)
    offsets = np.concatenate(([0], np.cumsum(tailles)))
    debuts = microsecondes(DEPARTS[0]) + hasard.integers(0, 10 * 365 * 86_400_000_000, nombre)
    ecarts = hasard.integers(0, 40 * 86_400, offsets[-1]) * 1_000_000
    plates = HistoiresPlates(
        instants=np.repeat(debuts, tailles) + ecarts,
        sequences=hasard.permutation(offsets[-1]),
        charges=hasard.integers(0, 3, offsets[-1]).astype(np.int8),
        offsets=offsets,
    )
    fins = debuts + hasard.integers(0, 50 * 86_400, nombre) * 1_000_000
    lot = decompter_lot(plates, fins, CALENDRIER)
    for i in range(nombre):
        morceau = slice(offsets[i], offsets[i + 1])
        transitions = [
            Transition(datetime.fromtimestamp(us // 1_000_000, UTC), int(s), Charge(int(c)))
            for us, s, c in zip(
                plates.instants[morceau].tolist(),
                plates.sequences[morceau],
                plates.charges[morceau],
                strict=True,
            )
        ]
        # Les instants ont des microsecondes : les fins et les transitions les perdent ensemble.
        reste = int(debuts[i]) % 1_000_000
        transitions = [
            t._replace(instant=t.instant + timedelta(microseconds=reste)) for t in transitions
        ]
        fin = datetime.fromtimestamp(int(fins[i]) // 1_000_000, UTC) + timedelta(microseconds=reste)
        decompte = decompter(transitions, fin, CALENDRIER)
        assert (decompte.j0, decompte.jours) == (lot.j0[i].tolist(), int(lot.jours[i]))


def _plates(*transitions: Transition) -> HistoiresPlates:
    return aplatir([list(transitions)])


CREEE = Transition(datetime(2026, 9, 1, 14, tzinfo=UTC), 1, Charge.MCN)
UNE_FIN = np.array([microsecondes(datetime(2026, 9, 3, 14, tzinfo=UTC))], dtype=np.int64)


@pytest.mark.parametrize(("souffle", "jours"), [(-1, 1), (0, 2), (1, 2)])
def test_sla6_un_lot_ouvert_compte_un_jour_a_sa_fermeture(souffle: int, jours: int) -> None:
    au = microsecondes(oracle.cinq_heures(date(2026, 9, 3))) + souffle
    lot = decompter_lot(_plates(CREEE), np.array([SANS_FIN]), CALENDRIER, au=au)
    assert lot.jours.tolist() == [jours]


def test_sla2_un_lot_incoherent_est_refuse() -> None:
    with pytest.raises(HistoireInvalide, match="sans transition"):
        aplatir([[CREEE], []])
    with pytest.raises(HistoireInvalide, match="deux charges différentes"):
        decompter_lot(_plates(CREEE, CREEE._replace(charge=Charge.CLIENT)), UNE_FIN, CALENDRIER)
    with pytest.raises(HistoireInvalide, match="instant donné"):
        decompter_lot(_plates(CREEE), np.array([SANS_FIN]), CALENDRIER)
    with pytest.raises(HistoireInvalide, match="1 histoires pour 2 fins"):
        decompter_lot(_plates(CREEE), np.repeat(UNE_FIN, 2), CALENDRIER)


@pytest.mark.parametrize(
    ("instants_", "charges", "offsets", "message"),
    [
        ([1, 2], [1], [0, 2], "même longueur"),
        ([1, 2], [1, 1], [0, 1], "offsets doit aller de 0 à 2"),
        ([1, 2], [1, 1], [], "offsets doit aller de 0 à 2"),
        ([1, 2], [1, 1], [0, 2, 1, 2], "sans transition"),
        ([1, 2], [1, 3], [0, 2], "valeurs de Charge"),
    ],
)
def test_sla2_des_tableaux_qui_ne_vont_pas_ensemble_sont_refuses(
    instants_: list[int], charges: list[int], offsets: list[int], message: str
) -> None:
    with pytest.raises(HistoireInvalide, match=message):
        HistoiresPlates(
            np.array(instants_, dtype=np.int64),
            np.arange(len(instants_), dtype=np.int64),
            np.array(charges, dtype=np.int8),
            np.array(offsets, dtype=np.int64),
        )


@pytest.mark.parametrize("annee", [2014, 2041])
def test_sla2_un_lot_hors_du_calendrier_est_refuse(annee: int) -> None:
    dehors = datetime(annee, 6, 1, tzinfo=UTC)
    with pytest.raises(JourHorsCalendrier, match=f"{annee}-06-01T00:00:00"):
        decompter_lot(_plates(CREEE, Transition(dehors, 2, Charge.CLIENT)), UNE_FIN, CALENDRIER)
    with pytest.raises(JourHorsCalendrier, match=f"{annee}-06-01T00:00:00"):
        decompter_lot(_plates(CREEE), np.array([microsecondes(dehors)]), CALENDRIER)


def test_sla2_un_j0_apres_2040_est_refuse_par_les_deux() -> None:
    soir = Transition(datetime(2040, 12, 31, 23, tzinfo=UTC), 1, Charge.MCN)
    fin = datetime(2041, 1, 1, 4, tzinfo=UTC)
    with pytest.raises(JourHorsCalendrier):
        decompter([soir], fin, CALENDRIER)
    with pytest.raises(JourHorsCalendrier, match="jour zéro"):
        decompter_lot(_plates(soir), np.array([microsecondes(fin)]), CALENDRIER)
