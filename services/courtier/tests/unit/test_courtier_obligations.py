"""Une obligation naît, se remplit ou s'abandonne; sa date ne bouge pas (CI-16 à CI-24)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from courtier.obligations.domaine import EtatObligation, NatureObligation, Obligation, a_venir
from noyau import Conflit
from services.courtier.tests.builders import GESTIONNAIRE, acte

NEE = datetime(2026, 9, 2, 14, tzinfo=UTC)
COPIE = Obligation(
    id=UUID(int=1),
    organisme="MTQ",
    nature=NatureObligation.COPIE,
    objet_id=UUID(int=2),
    due_le=date(2026, 9, 10),
    ouverte_le=NEE,
)


def test_en_retard_le_lendemain_de_sa_date_ci_16() -> None:
    assert COPIE.etat(date(2026, 9, 10)) is EtatObligation.DUE
    assert COPIE.etat(date(2026, 9, 11)) is EtatObligation.EN_RETARD


def test_remplie_tard_elle_est_remplie_et_tardive_ci_16() -> None:
    # Le 11 septembre à 00 h 30 à Québec; à la même heure UTC, c'est encore le 10 au soir ici.
    tard = COPIE.remplir(datetime(2026, 9, 11, 4, 30, tzinfo=UTC))
    a_temps = COPIE.remplir(datetime(2026, 9, 11, 0, 30, tzinfo=UTC))
    assert (tard.etat(date(2026, 9, 30)), tard.tardive) == (EtatObligation.REMPLIE, True)
    assert not a_temps.tardive


def test_ce_qui_ne_court_plus_ne_se_remplit_ni_ne_s_abandonne_ci_16() -> None:
    for achevee in (COPIE.remplir(NEE), COPIE.abandonner(NEE)):
        with pytest.raises(Conflit) as refus:
            achevee.remplir(NEE)
        assert refus.value.regle == "CI-16"
        with pytest.raises(Conflit):
            achevee.abandonner(NEE)


@pytest.mark.parametrize("nature", NatureObligation)
def test_ci_21_le_silence_repond_passe_la_date_aux_seules_reponses_tacites(
    nature: NatureObligation,
) -> None:
    courante = replace(COPIE, nature=nature)
    tacite = nature in {NatureObligation.COMMENTAIRES, NatureObligation.DECISION}
    assert courante.tue(date(2026, 9, 11)) is tacite
    assert not courante.tue(date(2026, 9, 10))
    assert not courante.remplir(NEE).tue(date(2026, 9, 11))


def test_toute_nature_dit_sa_regle_et_son_libelle() -> None:
    assert {n.regle for n in NatureObligation} == {"CI-16", "CI-18", "CI-21", "CI-23", "CI-24"}
    assert len({n.libelle for n in NatureObligation}) == len(NatureObligation)


def test_un_acte_fait_naitre_une_obligation_par_date_ci_16() -> None:
    """Le même acte redit donne la même; redatée à cet instant, c'en est une autre."""
    dit = acte(GESTIONNAIRE, NEE)
    objet = (NatureObligation.DECISION, "MTQ", UUID(int=2))
    nee, redite, redatee = (
        Obligation.nee(*objet, due_le=date(2026, 9, jour), acte=dit) for jour in (10, 10, 11)
    )
    assert (nee.id, nee.ouverte_le) == (redite.id, NEE)
    assert redatee.id != nee.id


def test_un_rappel_deja_passe_n_en_est_plus_un_ci_18() -> None:
    """Le jour même à Québec est passé, au soir comme au matin."""
    soir = acte(GESTIONNAIRE, datetime(2026, 9, 3, 3, 30, tzinfo=UTC))
    jours = [date(2026, 9, jour) for jour in (4, 2, 3, 3, 1)]
    assert a_venir(jours, soir) == (date(2026, 9, 3), date(2026, 9, 4))
