"""Le parcours des mois : ce qu'une émission sauterait, et ce qu'il faut en dire (FAC-6)."""

from collections.abc import Collection
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.emissions.domaine.parcours import Parcours, exiger_sans_saut
from noyau import Conflit, Mois

SEPT, OCT, NOV, DEC = (Mois(2026, m) for m in (9, 10, 11, 12))


def parcours(
    ouvert: Mois | None, *, organisme: str = "MTQ", demandes: Collection[Mois] = ()
) -> Parcours:
    """D'un organisme dont l'arrêté est le premier jour de ce mois."""
    arrete = None if ouvert is None else ouvert.debut
    return Parcours.de(organisme, arrete=arrete, plus_avance=arrete, demandes=demandes)


@pytest.mark.parametrize(
    ("arrete", "plus_avance", "demandes", "manquants"),
    [
        # Rien ne s'est encore émis du service : on commence où l'on veut.
        (None, None, [], []),
        # Émis jusqu'à octobre, ou au-delà : rien ne manque à novembre.
        (NOV.debut, NOV.debut, [], []),
        (date(2027, 1, 1), date(2027, 1, 1), [], []),
        (SEPT.debut, NOV.debut, [], [SEPT, OCT]),
        # Jamais calculé, il part de là où en sont les autres, ou du mois où il fut mis de côté.
        (None, NOV.debut, [], []),
        (None, OCT.debut, [], [OCT]),
        (None, NOV.debut, [OCT], [OCT]),
        (None, None, [SEPT], [SEPT, OCT]),
    ],
)
def test_fac_6_les_mois_manquants_d_un_organisme(
    arrete: date | None, plus_avance: date | None, demandes: list[Mois], manquants: list[Mois]
) -> None:
    sienne = Parcours.de("MTQ", arrete=arrete, plus_avance=plus_avance, demandes=demandes)
    assert sorted(sienne.manquants(NOV)) == manquants


def test_fac_6_un_mois_jamais_emis_se_dit_ou_se_refuse() -> None:
    deux = [parcours(OCT), parcours(NOV, organisme="RAMQ")]
    with pytest.raises(Conflit, match="2026-10 : jamais émis pour MTQ") as refus:
        exiger_sans_saut(deux, NOV, ())
    assert refus.value.regle == "FAC-6"
    assert refus.value.details == {"a_sauter": ["2026-10"], "organismes": ["MTQ"]}
    exiger_sans_saut(deux, NOV, (OCT,))
    with pytest.raises(Conflit, match="2026-11 : jamais émis pour MTQ, RAMQ"):
        exiger_sans_saut(deux, DEC, (OCT,))


@pytest.mark.parametrize("dits", [(SEPT,), (SEPT, OCT), (OCT, NOV), (DEC,)])
def test_fac_6_on_ne_dit_sauter_que_ce_qui_se_saute(dits: tuple[Mois, ...]) -> None:
    with pytest.raises(Conflit, match="rien à sauter avant 2026-11"):
        exiger_sans_saut([parcours(OCT)], NOV, dits)


def test_fac_6_un_mois_reste_de_cote_n_arrete_pas_les_autres() -> None:
    """Lui seul attendra; si on dit sauter son mois, il ne l'attend plus."""
    de_cote = parcours(OCT, demandes=[OCT])
    exiger_sans_saut([de_cote, parcours(NOV, organisme="RAMQ")], NOV, ())
    with pytest.raises(Conflit, match="2026-10 : jamais émis pour MTQ"):
        de_cote.exiger(NOV, ())
    with pytest.raises(Conflit, match="2026-10 : jamais émis pour MTQ"):
        exiger_sans_saut([de_cote], NOV, ())
    exiger_sans_saut([de_cote], NOV, (OCT,))
    de_cote.exiger(NOV, (OCT,))


def test_le_refus_nomme_trois_organismes_et_en_donne_vingt() -> None:
    plusieurs = [parcours(OCT, organisme=f"O{n:02d}") for n in range(30)]
    with pytest.raises(Conflit, match="O00, O01, O02 et 27 de plus") as refus:
        exiger_sans_saut(plusieurs, NOV, ())
    assert refus.value.details["organismes"] == [f"O{n:02d}" for n in range(20)]


@given(st.integers(0, 40), st.integers(0, 40))
def test_fac_6_dire_tout_ce_qui_manque_suffit_et_rien_de_moins(debut: int, ecart: int) -> None:
    depart = Mois(2025 + debut // 12, debut % 12 + 1)
    periode = depart
    for _ in range(ecart):
        periode = periode.suivant
    sienne = parcours(depart)
    manquants = sorted(sienne.manquants(periode))
    assert len(manquants) == ecart
    exiger_sans_saut([sienne], periode, manquants)
    sienne.exiger(periode, manquants)
    for tu in manquants:
        with pytest.raises(Conflit):
            exiger_sans_saut([sienne], periode, [m for m in manquants if m != tu])
