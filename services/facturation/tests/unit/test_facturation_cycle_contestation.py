"""FAC-8 : le cycle d'une contestation, ses délais, ce qui ne se rouvre pas."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from facturation.contestations.adaptateurs.reference import lire_calendrier
from facturation.contestations.domaine.contestations import (
    DE_L_ORGANISME,
    FINIES,
    TRANCHEES,
    TRANSITIONS,
    Accord,
    Contestation,
    Decision,
    Etat,
    GenreRappel,
    Geste,
    LigneContestee,
)
from facturation.contestations.domaine.delais import Calendrier, Delais
from facturation.contestations.domaine.ouverture import Conteste, ouvrir
from noyau import Acte, Acteur, Conflit, Interdit, Montant, TransitionImpossible, jour_de_quebec

ID = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0002")
CALENDRIER = lire_calendrier()
EMISE = date(2026, 10, 1)
DECISIONS = {Geste.ACCEPTER, Geste.ACCORDER, Geste.REJETER}


def le(jour: date, sujet: str = "agent-1", heure: int = 15) -> Acte:
    return Acte(Acteur(sujet), datetime(jour.year, jour.month, jour.day, heure, tzinfo=UTC))


def ligne(rang: int = 1, montant: str = "147.00") -> LigneContestee:
    return LigneContestee(rang=rang, motif="Hors d'usage.", montant=Montant.de(montant))


def conteste(*lignes: LigneContestee, **champs: Any) -> Conteste:
    depart = Conteste(
        organisme="MTQ",
        numero="2026-2027-000001",
        emis_le=EMISE,
        lignes=lignes or (ligne(),),
        deja={},
        valide=False,
    )
    return replace(depart, **champs)


def ouverte(
    vise: Conteste | None = None, jour: date = date(2026, 10, 5), neuf: str | None = None
) -> Contestation:
    acte = le(jour, "organisme-1")
    return ouvrir(ID, vise or conteste(), "Hors d'usage.", neuf, CALENDRIER, acte)


def suivie(*gestes: tuple[Geste, date]) -> Contestation:
    contestation = ouverte()
    for geste, jour in gestes:
        qui = "organisme-1" if geste in DE_L_ORGANISME else "agent-1"
        contestation = contestation.poser(geste, "texte", le(jour, qui))
    return contestation


def test_fac_8_la_table_des_transitions_est_totale() -> None:
    assert set(TRANSITIONS) == set(Etat)
    assert {g for permis in TRANSITIONS.values() for g in permis} == set(Geste)
    gels = {Geste.GELER, Geste.DEGELER}
    assert {etat for etat, permis in TRANSITIONS.items() if permis.keys() <= gels} == FINIES
    for permis in TRANSITIONS.values():
        assert {permis[g] for g in permis.keys() & DECISIONS} <= TRANCHEES


@pytest.mark.parametrize("etat", Etat)
@pytest.mark.parametrize("geste", Geste)
def test_fac_8_ce_qui_n_est_pas_dans_la_table_se_refuse_en_disant_ce_qui_se_peut(
    etat: Etat, geste: Geste
) -> None:
    contestation = replace(ouverte(), etat=etat)
    if geste in contestation.permis:
        assert contestation.poser(geste, None, le(EMISE)).etat is TRANSITIONS[etat][geste]
        return
    with pytest.raises(TransitionImpossible) as refus:
        contestation.poser(geste, None, le(EMISE))
    assert refus.value.regle == "FAC-8"
    assert refus.value.details["actes_permis"] == list(contestation.permis)


def test_fac_8_soixante_jours_pour_contester_le_dernier_compris() -> None:
    """Émise le 1er octobre : le 30 novembre est le dernier jour, à l'heure de Québec."""
    assert ouverte(jour=date(2026, 11, 30)).etat is Etat.OUVERTE
    tardive = ouverte(jour=date(2026, 12, 1))
    assert (tardive.etat, tardive.tardive) == (Etat.A_ADMETTRE, True)
    # 4 h UTC le 1er décembre : encore le 30 novembre à Québec.
    acte = le(date(2026, 12, 1), heure=4)
    assert not ouvrir(ID, conteste(), "m", None, CALENDRIER, acte).tardive


def test_fac_8_trente_jours_pour_decider_sans_compter_l_attente_d_une_reponse() -> None:
    assert ouverte().echeance == date(2026, 11, 4)
    examen, question = (Geste.EXAMINER, date(2026, 10, 6)), (Geste.QUESTIONNER, date(2026, 10, 8))
    assert suivie(examen, question).echeance is None
    assert suivie(examen, question, (Geste.REPONDRE, date(2026, 10, 20))).echeance == date(
        2026, 11, 16
    )
    # Répondu le jour même : rien ne s'est attendu. Une reprise du MCN finit aussi l'attente.
    assert suivie(examen, question, (Geste.REPONDRE, date(2026, 10, 8))).echeance == date(
        2026, 11, 4
    )
    deux = suivie(
        examen,
        question,
        (Geste.REPRENDRE, date(2026, 10, 10)),
        (Geste.QUESTIONNER, date(2026, 10, 12)),
        (Geste.REPONDRE, date(2026, 10, 13)),
    )
    assert deux.echeance == date(2026, 11, 7)
    assert suivie(examen, (Geste.REJETER, date(2026, 10, 9))).echeance is None


def test_fac_8_le_delai_part_de_l_admission() -> None:
    tardive = ouverte(jour=date(2026, 12, 10))
    admise = tardive.poser(Geste.ADMETTRE, "Congé de maladie.", le(date(2026, 12, 20)))
    assert (admise.etat, admise.echeance) == (Etat.OUVERTE, date(2027, 1, 19))


def test_fac_8_un_delai_change_ne_touche_pas_ce_qui_court() -> None:
    """Contester se juge au jour de l'émission; décider, au jour de l'ouverture."""
    avant = Delais(contester=60, decider=30, rappel_decision=7, rappel_question=10)
    apres = Delais(contester=10, decider=5, rappel_decision=2, rappel_question=3)
    calendrier = Calendrier.de({date(2026, 1, 1): avant, date(2026, 11, 1): apres})
    acte = le(date(2026, 11, 29))
    contestation = ouvrir(ID, conteste(), "m", None, calendrier, acte)
    assert not contestation.tardive
    assert contestation.echeance == date(2026, 12, 4)
    with pytest.raises(Conflit, match="2025-12-31"):
        calendrier.le(date(2025, 12, 31))


@pytest.mark.parametrize(
    "faux", [{"contester": 0}, {"decider": -1}, {"rappel_decision": 31}, {"rappel_question": 0}]
)
def test_fac_8_un_mauvais_reglage_empeche_de_demarrer(faux: dict[str, int]) -> None:
    justes = {"contester": 60, "decider": 30, "rappel_decision": 7, "rappel_question": 10}
    with pytest.raises(ValueError, match=r"délai|rappel"):
        Delais(**{**justes, **faux})


@pytest.mark.parametrize("montant", ["0.00", "-93.10"])
def test_fac_8_une_ligne_qui_ne_demande_rien_ne_se_conteste_pas(montant: str) -> None:
    """Ni la ligne d'une note de crédit, ni celle qui rend : on conteste ce qu'elle corrige."""
    with pytest.raises(Conflit, match="ne demande rien") as refus:
        ouverte(conteste(ligne(1, montant)))
    assert refus.value.regle == "FAC-8"


def test_fac_8_une_ligne_n_est_que_d_une_contestation_ouverte() -> None:
    for etat in Etat:
        vise = conteste(ligne(1), ligne(2), deja={2: [Etat.RETIREE, etat]})
        if etat not in FINIES:
            with pytest.raises(Conflit, match="La ligne 2 est déjà contestée"):
                ouverte(vise, neuf="Le rapport du 3.")
        elif etat is Etat.RETIREE:
            assert ouverte(vise).etat is Etat.OUVERTE


@pytest.mark.parametrize("vise", [{"deja": {1: [Etat.REJETEE]}}, {"valide": True}])
def test_fac_8_ce_qui_est_decide_ne_se_rouvre_que_sur_un_fait_nouveau_admis(
    vise: dict[str, Any],
) -> None:
    with pytest.raises(Conflit, match="fait_nouveau"):
        ouverte(conteste(**vise))
    rouverte = ouverte(conteste(**vise), neuf="Le rapport du 3.")
    assert (rouverte.etat, rouverte.tardive) == (Etat.A_ADMETTRE, False)
    with pytest.raises(TransitionImpossible):
        rouverte.poser(Geste.EXAMINER, None, le(EMISE))


def test_fac_8_un_fait_nouveau_ne_se_dit_que_de_ce_qui_est_decide() -> None:
    """Qui en dit un s'ouvre à admettre : d'un état passé, on sait donc toujours d'où elle vient."""
    with pytest.raises(Conflit, match="Rien n'est décidé") as refus:
        ouverte(conteste(), neuf="Le rapport du 3.")
    assert refus.value.regle == "FAC-8"


def test_fac_8_qui_a_parle_pour_l_organisme_ne_decide_pas() -> None:
    examinee = suivie(
        (Geste.EXAMINER, date(2026, 10, 6)),
        (Geste.QUESTIONNER, date(2026, 10, 7)),
        (Geste.REPONDRE, date(2026, 10, 8)),
    )
    decision = Decision(geste=Geste.ACCEPTER, motif="Fondée.")
    with pytest.raises(Interdit) as refus:
        examinee.trancher(decision, le(date(2026, 10, 9), "organisme-1"))
    assert refus.value.regle == "FAC-8"
    assert examinee.trancher(decision, le(date(2026, 10, 9))).etat is Etat.ACCEPTEE


@pytest.mark.parametrize(("accords", "dit"), [((1, 1), "deux fois"), ((2,), "n'est pas de")])
def test_fac_8_on_n_accorde_que_ce_qui_est_conteste(accords: tuple[int, ...], dit: str) -> None:
    examinee = suivie((Geste.EXAMINER, date(2026, 10, 6)))
    voulu = Decision(geste=Geste.ACCORDER, motif="m", accords=tuple(map(Accord, accords)))
    with pytest.raises(Conflit, match=dit):
        examinee.trancher(voulu, le(date(2026, 10, 9)))


def test_fac_8_les_rappels_se_disent_une_fois_par_echeance() -> None:
    contestation = ouverte()
    assert contestation.rappel is not None
    assert contestation.rappel_du(date(2026, 10, 27)) is None
    proche = contestation.rappel_du(date(2026, 10, 28))
    assert proche is not None
    assert (proche.genre, proche.objet) == (GenreRappel.A_RISQUE, date(2026, 11, 4))
    dite = contestation.rappelee(proche)
    assert dite.rappel_du(date(2026, 11, 4)) is None
    passee = dite.rappel_du(date(2026, 11, 5))
    assert passee is not None
    assert passee.genre is GenreRappel.EN_RETARD
    assert dite.rappelee(passee).rappel is None


def test_fac_8_un_rappel_manque_ne_se_dit_pas_apres_coup() -> None:
    """Le relais arrêté tout novembre : en retard se dit, « approche » n'a plus d'objet."""
    du = ouverte().rappel_du(date(2026, 12, 1))
    assert du is not None
    assert du.genre is GenreRappel.EN_RETARD
    assert ouverte().rappelee(du).rappel_du(date(2027, 1, 1)) is None


def test_fac_8_une_question_sans_reponse_se_rappelle() -> None:
    posee = suivie((Geste.EXAMINER, date(2026, 10, 6)), (Geste.QUESTIONNER, date(2026, 10, 8)))
    du = posee.rappel_du(date(2026, 10, 18))
    assert du is not None
    assert (du.genre, du.objet) == (GenreRappel.SANS_REPONSE, date(2026, 10, 8))
    assert posee.rappelee(du).rappel is None


class Vie(RuleBasedStateMachine):
    """N'importe quelle suite de gestes, posés ou refusés, les jours passant."""

    def __init__(self) -> None:
        super().__init__()
        self.jour = date(2026, 10, 5)
        self.contestation = ouverte()
        self.dits: list[tuple[GenreRappel, date]] = []
        self.attendus = 0

    @rule(jours=st.integers(0, 20))
    def passer(self, jours: int) -> None:
        if self.contestation.etat is Etat.QUESTION_POSEE:
            self.attendus += jours
        self.jour += timedelta(days=jours)

    @rule(geste=st.sampled_from(Geste))
    def poser(self, geste: Geste) -> None:
        avant = self.contestation
        acte = le(self.jour, "organisme-1" if geste in DE_L_ORGANISME else "agent-1")
        try:
            self.contestation = avant.poser(geste, "texte", acte)
        except TransitionImpossible:
            assert geste not in avant.permis
        else:
            assert self.contestation.fil[:-1] == avant.fil
            assert self.contestation.version == avant.version + 1

    @rule()
    def rappeler(self) -> None:
        du = self.contestation.rappel_du(self.jour)
        if du is not None:
            self.dits.append((du.genre, du.objet))
            self.contestation = self.contestation.rappelee(du)

    @invariant()
    def rien_ne_se_rappelle_deux_fois(self) -> None:
        assert len(set(self.dits)) == len(self.dits)

    @precondition(lambda self: self.contestation.etat in FINIES)
    @invariant()
    def finie_elle_n_attend_plus_rien(self) -> None:
        assert self.contestation.echeance is None
        assert self.contestation.rappel is None

    @invariant()
    def l_echeance_est_a_trente_jours_d_affaires_du_mcn(self) -> None:
        echeance = self.contestation.echeance
        if echeance is not None:
            depuis = jour_de_quebec(self.contestation.ouverte_le)
            assert echeance == depuis + timedelta(days=30 + self.attendus)


TestVie = Vie.TestCase
