"""Les ententes-cadres : leur état un jour donné, que nul acte ne change au passé (CI-11, CI-14)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.catalogue.domaine import ActeEntente, EntenteCadre, EtatEntente
from noyau import Conflit, TransitionImpossible
from services.courtier.tests.builders import ENTENTE, acte

SUSPENSION, REPRISE, FIN = ActeEntente
LE_2 = date(2026, 9, 2)


def poser(
    entente: EntenteCadre, quoi: ActeEntente, le: date, *, quand: date = LE_2
) -> EntenteCadre:
    return entente.poser(quoi, le, "Motif", acte(le=datetime.combine(quand, _MIDI, UTC)))


_MIDI = datetime(2026, 1, 1, 16, tzinfo=UTC).time()


def test_ci_14_suspendue_elle_n_est_plus_en_vigueur_puis_reprend() -> None:
    suspendue = poser(ENTENTE, SUSPENSION, date(2026, 10, 1))
    reprise = poser(suspendue, REPRISE, date(2026, 11, 1), quand=date(2026, 10, 15))
    etats = {
        date(2026, 3, 31): EtatEntente.A_VENIR,
        date(2026, 9, 30): EtatEntente.EN_VIGUEUR,
        date(2026, 10, 1): EtatEntente.SUSPENDUE,
        date(2026, 10, 31): EtatEntente.SUSPENDUE,
        date(2026, 11, 1): EtatEntente.EN_VIGUEUR,
        date(2029, 4, 1): EtatEntente.TERMINEE,
    }
    assert {jour: reprise.etat(jour) for jour in etats} == etats
    assert not reprise.en_vigueur(date(2026, 10, 1))
    assert reprise.version == ENTENTE.version + 2


def test_ci_11_une_fin_a_venir_se_redate_jamais_apres_la_prevue() -> None:
    finie = poser(ENTENTE, FIN, date(2026, 12, 1))
    assert finie.etat(date(2026, 12, 1)) is EtatEntente.TERMINEE
    redatee = poser(finie, FIN, date(2027, 1, 1), quand=date(2026, 11, 30))
    assert redatee.etat(date(2026, 12, 1)) is EtatEntente.EN_VIGUEUR
    assert poser(finie, FIN, ENTENTE.fin).fin_effective == ENTENTE.fin
    with pytest.raises(Conflit, match="déjà"):
        poser(finie, FIN, date(2026, 12, 1))
    with pytest.raises(Conflit, match="1er avril 2029"):
        poser(ENTENTE, FIN, date(2029, 4, 2))
    with pytest.raises(TransitionImpossible) as refus:
        poser(finie, FIN, date(2027, 1, 1), quand=date(2026, 12, 1))
    assert refus.value.details["etat"] == "terminee"


@pytest.mark.parametrize("quoi", ActeEntente)
def test_ci_11_nul_acte_ne_vaut_dans_le_passe(quoi: ActeEntente) -> None:
    with pytest.raises(Conflit, match="1er septembre 2026"):
        poser(ENTENTE, quoi, date(2026, 9, 1))


def test_ci_11_chaque_acte_veut_l_etat_de_son_jour() -> None:
    with pytest.raises(TransitionImpossible):
        poser(ENTENTE, REPRISE, LE_2)
    suspendue = poser(ENTENTE, SUSPENSION, date(2026, 10, 1))
    with pytest.raises(TransitionImpossible):
        poser(suspendue, SUSPENSION, date(2026, 10, 2))
    with pytest.raises(TransitionImpossible):
        poser(ENTENTE, SUSPENSION, ENTENTE.fin)
    with pytest.raises(Conflit, match="déjà posé"):
        poser(suspendue, SUSPENSION, date(2026, 9, 20))


def test_ci_11_le_jour_meme_le_dernier_acte_pose_vaut() -> None:
    """Une suspension à venir se défait par une reprise du même jour."""
    defaite = poser(poser(ENTENTE, SUSPENSION, date(2026, 10, 1)), REPRISE, date(2026, 10, 1))
    assert defaite.en_vigueur(date(2026, 10, 1))


GESTES = st.lists(
    st.tuples(st.sampled_from(ActeEntente), st.integers(0, 40), st.integers(0, 40)), max_size=8
)


@given(GESTES)
def test_ci_11_ce_qui_valait_un_jour_passe_se_relit(
    gestes: list[tuple[ActeEntente, int, int]],
) -> None:
    """Quel que soit ce qu'on pose, l'état d'un jour déjà venu ne change plus."""
    entente, quand = replace(ENTENTE), LE_2
    for quoi, attente, delai in gestes:
        quand += timedelta(days=attente)
        vus = [quand - timedelta(days=n) for n in range(1, 90)]
        avant = [entente.etat(jour) for jour in vus]
        try:
            entente = poser(entente, quoi, quand + timedelta(days=delai), quand=quand)
        except Conflit:
            continue
        assert [entente.etat(jour) for jour in vus] == avant
