"""SLA-8 : ce que des personnes décident d'une mesure, et ce que le rejeu en fait."""

from datetime import date
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noyau import Conflit, Interdit, TransitionImpossible
from services.sla.tests.builders import (
    ESPACE,
    Recit,
    calendrier,
    fiche,
    fiches,
    histoire,
    indicateur,
    sept,
)
from services.sla.tests.decisions import acceptee, acte, contestation, ecartant, exclusion
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.exclusions.adaptateurs.reference import lire_regles
from sla.exclusions.domaine.contestations import Contestation, Etat, Objet, exiger_contestable
from sla.exclusions.domaine.decisions import SANS_DECISION, par_organisme
from sla.exclusions.domaine.exclusions import Exclusion, MesureVisee, exiger_excluable
from sla.exclusions.domaine.regles import Regles, ReglesDatees
from sla.fiches.domaine import Fiche, Fiches
from sla.histoires.domaine import Rectification
from sla.mesures.adaptateurs.rendus.page_explication import rendre
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer

SUSPENDUE = Recit().creee(sept(1)).suspendue(sept(3)).reprise(sept(9)).livree(sept(17))
"""Onze jours ouvrables, dont trois suspendus : les 3, 4 et 8 (le 7 est férié)."""
ACTE = SUSPENDUE.episodes[1].acte_id


def juger(
    recit: Recit,
    exclusions: list[Exclusion] | None = None,
    acceptees: list[Contestation] | None = None,
    *versions: Fiche,
) -> Mesure:
    decisions = par_organisme(exclusions or [], acceptees or [])
    (mesure,) = rejouer(recit.histoire, fiches(*versions), calendrier(), decisions)
    return mesure


def dire(recit: Recit, acceptees: list[Contestation] | None = None) -> Explication:
    siennes = par_organisme([], acceptees or []).get("MTQ", SANS_DECISION)
    mesure = juger(recit, [], acceptees)
    return expliquer(mesure, recit.histoire, calendrier(), siennes, au=sept(30))


def test_sla_8_une_exclusion_prononcee_sort_du_taux_ajuste_sans_changer_le_verdict() -> None:
    avant = juger(SUSPENDUE)
    apres = juger(SUSPENDUE, [exclusion(avant, empreinte="a" * 64)])
    assert (avant.exclue, apres.exclue) == (False, True)
    assert (apres.verdict, apres.jours, apres.id) == (avant.verdict, avant.jours, avant.id)
    invoquee = apres.examens[-1]
    assert (invoquee.condition, invoquee.conclusion) == ("force_majeure", Conclusion.EXCLUE)
    assert invoquee.auteur == "mesureuse"
    assert invoquee.preuve == f"Avis 2026-114 (SHA-256 : {'a' * 64})"


def test_sla_8_le_fait_nouveau_d_une_exclusion_se_lit_dans_l_explication() -> None:
    posee = exclusion(juger(SUSPENDUE), fait_nouveau="Le bulletin de la Sécurité civile.")
    mesure = juger(SUSPENDUE, [posee])
    page = rendre(expliquer(mesure, SUSPENDUE.histoire, calendrier(), au=sept(30)))
    assert "fait nouveau : Le bulletin de la Sécurité civile." in page


def test_sla_8_annulee_elle_ne_vaut_plus_et_reste_dite() -> None:
    posee = exclusion(juger(SUSPENDUE))
    annulee = posee.annuler("L'entrepôt était ouvert.", acte("autre"))
    apres = juger(SUSPENDUE, [annulee])
    assert (apres.exclue, apres.decidee) == (False, True)
    assert apres.examens[-1].conclusion is Conclusion.ANNULEE
    encore = exclusion(juger(SUSPENDUE), "encore", prononcee_le=sept(21))
    toutes = juger(SUSPENDUE, [encore, annulee])
    assert [e.conclusion for e in toutes.examens[-2:]] == [Conclusion.ANNULEE, Conclusion.EXCLUE]
    assert toutes.exclue


def test_sla_8_sla_10_une_exclusion_survit_aux_versions_de_la_fiche() -> None:
    posee = exclusion(juger(SUSPENDUE))
    suivante = fiche(indicateur(delai=2), version=2, debut=date(2026, 8, 1))
    apres = juger(SUSPENDUE, [posee], [], fiche(), suivante)
    assert (apres.regime.version, apres.verdict, apres.exclue) == (2, Verdict.MANQUEE, True)


def test_sla_8_ce_qui_est_decide_d_un_autre_organisme_ne_change_rien() -> None:
    ailleurs = exclusion(juger(SUSPENDUE), organisme="SQ")
    assert juger(SUSPENDUE, [ailleurs], ecartant([ACTE], "SQ")) == juger(SUSPENDUE)


def test_sla_8_une_mesure_retiree_dit_encore_son_exclusion() -> None:
    posee = exclusion(juger(SUSPENDUE))
    annulee = Recit(episodes=[*SUSPENDUE.episodes]).puis("demande.annulée", sept(18))
    assert juger(annulee, [posee]).verdict is Verdict.NON_MESUREE
    assert juger(annulee, [posee]).decidee


def test_sla_8_une_condition_contestee_ne_joue_plus() -> None:
    recit = Recit().creee(sept(1), acquisition_multiple=True).livree(sept(2))
    avant = juger(recit)
    assert avant.exclue
    ecartee = acceptee(Objet.CONDITION, avant.id, condition="a")
    apres = juger(recit, [], [ecartee])
    assert (apres.exclue, apres.decidee) == (False, True)
    assert apres.examens[0].conclusion is Conclusion.ANNULEE
    autre = acceptee(Objet.CONDITION, avant.id, condition="c")
    assert juger(recit, [], [autre]) == avant


def test_sla_8_des_jours_suspendus_contestes_comptent_de_nouveau() -> None:
    assert (juger(SUSPENDUE).jours, juger(SUSPENDUE).verdict) == (8, Verdict.CONFORME)
    apres = juger(SUSPENDUE, [], ecartant([ACTE]))
    assert (apres.jours, apres.verdict) == (11, Verdict.MANQUEE)


def test_sla_8_l_explication_dit_les_jours_de_chaque_suspension_et_qui_l_ecarte() -> None:
    recit = Recit().creee(sept(1)).suspendue(sept(3)).reprise(sept(9))
    recit.suspendue(sept(10)).reprise(sept(11, 17, 0, 1)).livree(sept(17))
    acte_ecarte = recit.episodes[3].acte_id
    avant = dire(recit)
    assert [(s.acte, s.jours) for s in avant.detail.suspensions] == [
        (recit.episodes[1].acte_id, 3),
        (acte_ecarte, 2),
    ]
    (decision,) = ecartant([acte_ecarte])
    apres = dire(recit, [decision])
    assert [s.jours for s in apres.detail.suspensions] == [3]
    assert apres.conclusion.endswith(
        f"La suspension du 10 septembre 2026 est écartée par la contestation {decision.id}."
    )
    assert (apres.faits[3].ecarte_par, apres.faits[3].effet) == (
        decision,
        "suspension écartée par une contestation acceptée : sans effet",
    )
    assert "suspension écartée par une contestation acceptée" in rendre(apres)


@settings(max_examples=300)
@given(recit=recits(), versions=fiches_publiees(), donnees=st.data())
def test_sla_8_ecarter_une_suspension_vaut_l_annuler(
    recit: Recit, versions: tuple[Fiche, ...], donnees: st.DataObject
) -> None:
    """Le même verdict que si une rectification avait rendu ces suspensions nulles (DEM-13)."""
    suspensions = [e.acte_id for e in recit.episodes if e.type == "demande.suspendue"]
    actes = donnees.draw(st.sets(st.sampled_from(suspensions))) if suspensions else set()
    nulles = [Rectification(acte_id=un, survenu_le=None, rang=10_000) for un in actes]
    connues, jours = Fiches.de(versions), calendrier()
    decidees = rejouer(recit.histoire, connues, jours, par_organisme([], ecartant(actes)))
    rectifiees = rejouer(histoire([*recit.faits, *nulles]), connues, jours)

    def vus(mesures: list[Mesure]) -> list[object]:
        return [(m.id, m.verdict, m.jours, m.fin, m.j0, m.exclue) for m in mesures]

    assert vus(decidees) == vus(rectifiees)


@settings(max_examples=200)
@given(recit=recits(), versions=fiches_publiees())
def test_sla_8_les_jours_suspendus_sont_ceux_que_le_compte_perd(
    recit: Recit, versions: tuple[Fiche, ...]
) -> None:
    """Toutes les suspensions écartées, le compte grandit de la somme de leurs jours."""
    connues, jours = Fiches.de(versions), calendrier()
    actes = [e.acte_id for e in recit.episodes if e.type == "demande.suspendue"]
    decisions = par_organisme([], ecartant(actes))
    pleines = {m.id: m for m in rejouer(recit.histoire, connues, jours, decisions)}
    for mesure in rejouer(recit.histoire, connues, jours):
        dite = expliquer(mesure, recit.histoire, jours, au=sept(30))
        suspendus = sum(s.jours for s in dite.detail.suspensions)
        if mesure.jours is not None:
            assert pleines[mesure.id].jours == mesure.jours + suspendus


def _visee(**champs: object) -> MesureVisee:
    mesure = juger(SUSPENDUE)
    valeurs: dict[str, object] = {
        "id": mesure.id,
        "organisme": "MTQ",
        "sujet": mesure.sujet,
        "fiche": "POSTES",
        "indicateur": "PT-1",
        "mesurable": True,
        "conditions": frozenset(),
        **champs,
    }
    return MesureVisee(**valeurs)  # type: ignore[arg-type]


def test_sla_8_on_n_exclut_ni_deux_fois_ni_ce_qui_n_est_d_aucun_taux() -> None:
    posee = exclusion(juger(SUSPENDUE))
    with pytest.raises(Conflit, match="déjà exclue : Force majeure") as refus:
        exiger_excluable(_visee(), [posee], [], None)
    assert refus.value.details == {"exclusion_id": str(posee.id)}
    exiger_excluable(_visee(), [posee.annuler("Erreur.", acte())], [], None)
    with pytest.raises(Conflit, match="d'aucun taux"):
        exiger_excluable(_visee(mesurable=False), [], [], None)


@pytest.mark.parametrize("objet", [Objet.EXCLUSION, Objet.CONDITION])
@pytest.mark.parametrize("obtenue_avant", [True, False])
def test_sla_8_ce_qu_une_contestation_a_obtenu_ne_se_reprend_que_sur_un_fait_nouveau(
    objet: Objet, obtenue_avant: bool
) -> None:
    """Quelle que soit la condition, et fût-ce d'office que l'exclusion s'annula."""
    obtenue = acceptee(objet, uuid5(ESPACE, "e"))
    par = obtenue.id if obtenue_avant else None
    perdue = exclusion(juger(SUSPENDUE)).annuler("Vérifié.", acte(), par)
    rejetee = contestation(Objet.CONDITION, _visee().id, condition="a")
    contestations = [rejetee.trancher(Etat.REJETEE, "Non.", acte()), obtenue]
    with pytest.raises(Conflit, match="fait nouveau") as refus:
        exiger_excluable(_visee(), [perdue], contestations, None)
    assert refus.value.details == {"contestation_id": str(obtenue.id)}
    exiger_excluable(_visee(), [perdue], contestations, "Le bulletin de la Sécurité civile.")


@pytest.mark.parametrize("fait_nouveau", [None, "Le bulletin de la Sécurité civile."])
def test_sla_8_ce_qu_on_conteste_garde_son_objet_jusqu_a_la_decision(
    fait_nouveau: str | None,
) -> None:
    ouverte = contestation(Objet.EXCLUSION, uuid5(ESPACE, "e"))
    obtenue = acceptee(Objet.EXCLUSION, uuid5(ESPACE, "f"))
    with pytest.raises(Conflit, match=f"{ouverte.id} attend une décision") as refus:
        exiger_excluable(_visee(), [], [obtenue, ouverte], fait_nouveau)
    assert refus.value.details == {"contestation_id": str(ouverte.id)}


def test_sla_8_un_fait_nouveau_ne_se_dit_que_si_une_contestation_fut_acceptee() -> None:
    rejetee = contestation(Objet.EXCLUSION, uuid5(ESPACE, "e"))
    finies = [rejetee.trancher(Etat.REJETEE, "Non.", acte()), rejetee.retirer(None, acte())]
    exiger_excluable(_visee(), [], finies, None)
    with pytest.raises(Conflit, match="Dites tout dans le motif"):
        exiger_excluable(_visee(), [], finies, "Le bulletin de la Sécurité civile.")


def test_sla_8_on_n_annule_pas_deux_fois() -> None:
    annulee = exclusion(juger(SUSPENDUE)).annuler("Erreur.", acte())
    with pytest.raises(Conflit, match="déjà annulée"):
        annulee.annuler("Encore.", acte())


@pytest.mark.parametrize("sujet", ["gestionnaire", "mesureuse"])
def test_sla_8_nul_ne_decide_de_ce_qu_il_a_conteste_ou_pose(sujet: str) -> None:
    ouverte = contestation(Objet.EXCLUSION, uuid5(ESPACE, "e"), decideur="mesureuse")
    with pytest.raises(Interdit, match="n'en décide pas"):
        ouverte.trancher(Etat.ACCEPTEE, "Vérifié.", acte(sujet))
    assert ouverte.trancher(Etat.REJETEE, "Vérifié.", acte()).etat is Etat.REJETEE


def test_sla_8_une_contestation_finie_ne_change_plus() -> None:
    retiree = contestation(Objet.EXCLUSION, uuid5(ESPACE, "e")).retirer(None, acte("gestionnaire"))
    with pytest.raises(TransitionImpossible):
        retiree.trancher(Etat.ACCEPTEE, "Vérifié.", acte())
    with pytest.raises(TransitionImpossible):
        retiree.retirer(None, acte("gestionnaire"))


@pytest.mark.parametrize(
    ("deja", "fait_nouveau", "ouvertes", "refus"),
    [
        ([Etat.REJETEE, Etat.ACCEPTEE], "Un billet retrouvé.", 0, "l'a écartée"),
        ([Etat.OUVERTE], None, 1, "déjà ouverte"),
        ([Etat.REJETEE], None, 0, "fait nouveau"),
        ([Etat.REJETEE, Etat.RETIREE], None, 0, "fait nouveau"),
        ([Etat.RETIREE], "Un billet retrouvé.", 0, "Rien n'en est tranché"),
        ([], None, 3, "la borne"),
        ([Etat.RETIREE], None, 2, None),
        ([Etat.REJETEE], "Un billet retrouvé.", 0, None),
    ],
)
def test_sla_8_ce_qui_se_conteste_et_combien(
    deja: list[Etat], fait_nouveau: str | None, ouvertes: int, refus: str | None
) -> None:
    if refus is None:
        exiger_contestable(Objet.SUSPENSION, deja, fait_nouveau, ouvertes, 3)
        return
    with pytest.raises(Conflit, match=refus):
        exiger_contestable(Objet.SUSPENSION, deja, fait_nouveau, ouvertes, 3)


def test_sla_8_une_indisponibilite_corrigee_se_conteste_sur_un_fait_nouveau() -> None:
    exiger_contestable(Objet.INDISPONIBILITE, [Etat.ACCEPTEE], "Une sonde retrouvée.", 0, 3)


def test_sla_8_ce_qui_s_invoque_est_une_donnee_datee() -> None:
    livrees = lire_regles().le(date(2026, 9, 1))
    assert livrees.libelle("force_majeure") == "Force majeure"
    assert livrees.libelle("cas_fortuit") == "Cas fortuit"
    with pytest.raises(Conflit, match="force_majeure, cas_fortuit"):
        livrees.libelle("humeur")
    datees = ReglesDatees.de(
        {
            date(2026, 9, 1): Regles(conditions={"a": "A"}, contestations_ouvertes=1),
            date(2026, 10, 1): Regles(conditions={"a": "Ah", "b": "B"}, contestations_ouvertes=1),
        }
    )
    assert datees.libelles(date(2026, 9, 30)) == {"a": "A", "b": "B"}
    assert datees.libelles(date(2026, 8, 1)) == {"a": "Ah", "b": "B"}
    with pytest.raises(Conflit, match="Aucune règle d'exclusion"):
        datees.le(date(2026, 8, 31))
    with pytest.raises(ValueError, match="au moins"):
        Regles(conditions={}, contestations_ouvertes=0)
