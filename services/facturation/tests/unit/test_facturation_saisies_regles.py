"""Ce qui se saisit, ce qu'une personne décide seule : les règles, sans base (FAC-2, FAC-13)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import FaitRecu, Rectification, sources
from facturation.creances.entrees.ecoutes import lire_fait
from facturation.saisies.adaptateurs.publications import ligne_saisie
from facturation.saisies.adaptateurs.reference import lire_seuils
from facturation.saisies.domaine.decisions import (
    Decision,
    EtatDecision,
    NatureDecision,
    Pose,
    etat_initial,
    sommer,
)
from facturation.saisies.domaine.saisies import (
    EtatSaisie,
    Juge,
    LigneVoulue,
    Saisie,
    etablir,
    juger,
)
from facturation.saisies.domaine.seuils import Seuils
from noyau import (
    ZERO,
    Acte,
    Acteur,
    Conflit,
    DitAutrement,
    Interdit,
    Mois,
    Montant,
    TransitionImpossible,
)
from services.facturation.tests import livrees
from services.facturation.tests.builders import SEPTEMBRE

AUJOURDHUI = date(2026, 9, 15)
SEUIL = lire_seuils().le(AUJOURDHUI)
_CODES = ("DEDOMMAGEMENT", "TRAVAUX", "COMMUNICATIONS")
POSES = st.builds(
    Pose,
    st.sampled_from(("agnes", "bernard", "carla")),
    st.sampled_from(("MTQ", "RAMQ")),
    st.sampled_from(_CODES),
    st.integers(-1_000, 1_000).map(Montant),
)


def _acte(sujet: str, *roles: str) -> Acte:
    acteur = Acteur(sujet, roles=frozenset(roles or ("facturation",)))
    return Acte(acteur, datetime(2026, 9, 15, 13, tzinfo=UTC))


def _ligne(montant: str = "312.40", tarif: str = "DEDOMMAGEMENT") -> LigneVoulue:
    return LigneVoulue(
        organisme="MTQ", tarif=tarif, montant=Montant.de(montant), fait_le=date(2026, 9, 11),
        motif="Écran fendu.",
    )  # fmt: skip


def _decision(etat: EtatDecision = EtatDecision.A_CONFIRMER) -> Decision:
    return Decision(
        id=uuid4(), nature=NatureDecision.SAISIE, organisme="MTQ", tarif="DEDOMMAGEMENT",
        montant=Montant.de("2000"), lignes=1, etat=etat, proposee_le=_acte("agnes").le,
        proposee_par="agnes",
    )  # fmt: skip


def _saisie(ligne: LigneVoulue, etat: EtatDecision = EtatDecision.APPLIQUEE) -> Saisie:
    return Saisie.de(uuid4(), ligne, 1, _decision(etat))


def _lu(saisie: Saisie) -> FaitRecu:
    (dite,) = etablir([saisie], _acte("agnes"))
    return lire_fait(ligne_saisie(dite), dite.acte_id, dite.survenu_le)


def _juge(*connues: Saisie, demandes: tuple[tuple[str, UUID], ...] = ()) -> Juge:
    deja = {saisie.empreinte: saisie for saisie in connues}
    return Juge(livrees.catalogue(), SEUIL, AUJOURDHUI, deja, demandes, ())


# --- Ce qui est dû --------------------------------------------------------------------------------


@given(montant=st.integers(1, 25_000_000).map(Montant), code=st.sampled_from(_CODES))
def test_fac_2_ce_qui_est_du_est_exactement_ce_qui_est_saisi(montant: Montant, code: str) -> None:
    """Au cent, à son jour, sous son tarif, une seule fois; nulle, plus rien."""
    saisie = _saisie(replace(_ligne(tarif=code), montant=montant))
    fait = _lu(saisie)
    (creance,) = calculer(sources([fait, fait]), livrees.catalogue(), SEPTEMBRE).creances
    assert (creance.montant, creance.identite.tarif, creance.identite.debut) == (
        montant, code, saisie.fait_le,
    )  # fmt: skip
    nulle = Rectification(
        organisme="MTQ", acte_id=saisie.id, rang=1, survenu_le=None, evenement=uuid4()
    )
    calcul = calculer(sources([fait, nulle]), livrees.catalogue(), SEPTEMBRE)
    assert (calcul.creances, calcul.attentes) == ((), ())


@given(ecart=st.integers(-1_500, 400))
def test_fac_2_un_fait_se_saisit_passe_et_pas_trop_ancien(ecart: int) -> None:
    """Les fiches livrées commencent le 1er avril 2026; d'avant, aucune ne publie le tarif."""
    jour = AUJOURDHUI + timedelta(days=ecart)
    saisie = _saisie(replace(_ligne(), fait_le=jour))
    refus = _juge().refus(_lu(saisie), saisie)
    if ecart > 0 or ecart < -SEUIL.anciennete.days:
        assert refus is not None
        assert refus.regle == "FAC-2"
    else:
        assert (refus is None) == (jour >= date(2026, 4, 1))


def test_fac_6_deux_lignes_qui_disent_la_meme_chose_n_en_sont_qu_une() -> None:
    une = _saisie(_ligne())
    assert _ligne().empreinte == une.empreinte
    autres: tuple[tuple[str, Any], ...] = (
        ("organisme", "RAMQ"), ("tarif", "TRAVAUX"), ("montant", Montant.de("312.41")),
        ("fait_le", date(2026, 9, 12)), ("motif", "Autre."), ("reference", "R-1"),
        ("demande_id", uuid4()), ("actif_id", uuid4()), ("site", "Québec"), ("imputation", "2"),
    )  # fmt: skip
    for champ, valeur in autres:
        assert replace(_ligne(), **{champ: valeur}).empreinte != une.empreinte, champ
    jumelles = [une, _saisie(_ligne()), _saisie(_ligne("5"))]
    refusees = [*juger(_juge(_saisie(_ligne("5"))), jumelles, list(map(_lu, jumelles)))]
    assert [(r.ligne, r.refus.regle) for r in refusees] == [(2, "FAC-6"), (3, "FAC-6")]


def test_fac_6_une_reference_est_l_identite_d_une_saisie() -> None:
    """Chez l'organisme, sous ce tarif, sans casse ni blanc autour; autrement dite, un refus."""
    une = _saisie(replace(_ligne(), reference="Rap-114"))
    memes: tuple[dict[str, Any], ...] = (
        {"montant": Montant.de("312.41")}, {"motif": "Autre."}, {"fait_le": date(2026, 9, 12)},
        {"reference": " RAP-114 "}, {"site": "Québec"},
    )  # fmt: skip
    for champs in memes:
        redite = _saisie(replace(_ligne(), **{"reference": "rap-114", **champs}))
        refus = _juge(une).refus(_lu(redite), redite)
        assert refus is not None, champs
        assert (refus.regle, refus.details) == ("FAC-6", {"saisie_id": str(une.id)})
        assert isinstance(refus, DitAutrement) == ("reference" not in champs)
        (refusee,) = juger(_juge(), [une, redite], [_lu(une), _lu(redite)])
        assert (refusee.ligne, refusee.refus.regle) == (2, "FAC-6")
    autres: tuple[dict[str, Any], ...] = (
        {"organisme": "RAMQ"}, {"tarif": "TRAVAUX"}, {"reference": "RAP-115"},
    )  # fmt: skip
    for champs in autres:
        autre = _saisie(replace(une, **champs))
        assert _juge(une).refus(_lu(autre), autre) is None


def test_fac_2_une_saisie_ne_nomme_qu_une_demande_de_son_organisme() -> None:
    demande = uuid4()
    saisie = _saisie(replace(_ligne(), demande_id=demande))
    for juge in (_juge(), _juge(demandes=(("RAMQ", demande), ("MTQ", uuid4())))):
        refus = juge.refus(_lu(saisie), saisie)
        assert refus is not None
        assert refus.regle == "FAC-2"
    assert _juge(demandes=(("MTQ", demande),)).refus(_lu(saisie), saisie) is None


def test_fac_13_une_saisie_ne_s_annule_qu_en_vigueur_et_pas_facturee() -> None:
    acte = _acte("bernard")
    annulee = _saisie(_ligne()).annuler("Doublon.", acte, facturee=False)
    assert (annulee.etat, annulee.annulee_par, annulee.motif_annulation) == (
        EtatSaisie.ANNULEE, "bernard", "Doublon.",
    )  # fmt: skip
    with pytest.raises(Conflit, match="ajustez sa ligne"):
        _saisie(_ligne()).annuler("Doublon.", acte, facturee=True)
    for etat in (EtatDecision.A_CONFIRMER, EtatDecision.REFUSEE, EtatDecision.RETIREE):
        with pytest.raises(TransitionImpossible):
            _saisie(_ligne(), etat).annuler("Doublon.", acte, facturee=False)
    with pytest.raises(TransitionImpossible):
        annulee.annuler("Encore.", acte, facturee=False)


# --- Ce qu'une personne décide seule --------------------------------------------------------------


@given(poses=st.lists(POSES, min_size=10, max_size=30), seul=st.integers(1_000, 2_000).map(Montant))
def test_fac_13_scinder_un_montant_ne_fait_jamais_passer_le_seuil(
    poses: list[Pose], seul: Montant
) -> None:
    """Entre des lignes, des tarifs ou des auteurs : ce qui s'applique seul tient sous le seuil."""
    appliquees: list[Pose] = []
    for pose in poses:
        ensemble = sommer([*appliquees, pose])
        if etat_initial([pose], appliquees, seul) is EtatDecision.APPLIQUEE:
            appliquees.append(pose)
        else:
            assert max(ensemble[compte] for compte in pose.comptes) > seul
        voisines = [p for p in appliquees if p.organisme == pose.organisme]
        for siennes in (
            [p for p in voisines if p.auteur == pose.auteur],
            [p for p in voisines if p.tarif == pose.tarif],
        ):
            assert sum((max(p.montant, -p.montant) for p in siennes), ZERO) <= seul


def test_fac_13_credits_et_debits_s_additionnent_sans_se_compenser() -> None:
    seul, six_cents = Montant.de("1000"), Montant.de("600")
    poses = [Pose("agnes", "MTQ", "TRAVAUX", m) for m in (six_cents, -six_cents)]
    assert set(sommer(poses).values()) == {Montant.de("1200")}
    assert etat_initial(poses, [], seul) is EtatDecision.A_CONFIRMER
    assert etat_initial(poses[:1], poses[1:], seul) is EtatDecision.A_CONFIRMER
    ailleurs = [Pose("agnes", "RAMQ", "TRAVAUX", seul), Pose("bernard", "MTQ", "JETON", seul)]
    assert etat_initial(poses[:1], ailleurs, seul) is EtatDecision.APPLIQUEE


def test_fac_13_nul_ne_tranche_la_sienne_et_l_auteur_seul_la_retire() -> None:
    decision = _decision()
    for trancher in (decision.confirmer, lambda acte: decision.refuser("Non.", acte)):
        with pytest.raises(Interdit):
            trancher(_acte("agnes"))
        with pytest.raises(Interdit):
            trancher(_acte("robot", "facturation", "integration"))
    with pytest.raises(Interdit):
        decision.retirer(_acte("bernard"))
    assert decision.confirmer(_acte("bernard")).vaut
    assert not decision.retirer(_acte("agnes")).vaut


@pytest.mark.parametrize("etat", [e for e in EtatDecision if e is not EtatDecision.A_CONFIRMER])
def test_fac_13_une_decision_tranchee_ne_se_tranche_plus(etat: EtatDecision) -> None:
    decision = _decision(etat)
    with pytest.raises(TransitionImpossible):
        decision.confirmer(_acte("bernard"))
    with pytest.raises(TransitionImpossible):
        decision.refuser("Non.", _acte("bernard"))
    with pytest.raises(TransitionImpossible):
        decision.retirer(_acte("agnes"))


def test_fac_13_sans_seuil_connu_nul_ne_decide() -> None:
    plus_tard = Seuils.de({date(2027, 1, 1): SEUIL})
    with pytest.raises(Conflit, match="Aucun seuil"):
        plus_tard.le(AUJOURDHUI)
    assert plus_tard.le(date(2027, 1, 1)) == SEUIL


def test_fac_2_la_periode_est_celle_du_fait() -> None:
    assert _saisie(replace(_ligne(), fait_le=date(2026, 8, 31))).periode == Mois(2026, 8)
