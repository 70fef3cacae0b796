"""L'accès au Catalogue : admissibilité à une date, compte d'une personne (CI-11)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.acces.domaine import (
    Admissibilite,
    Admissibilites,
    Compte,
    DecisionCompte,
    Droit,
    EtatCompte,
    Inscription,
    Prononce,
)
from noyau import Acteur, Conflit, Interdit, Introuvable, TransitionImpossible
from services.courtier.tests.builders import LE_2_SEPTEMBRE, acte

ID = UUID(int=1)
JOURS = st.dates(date(2026, 9, 2), date(2026, 12, 31))


def compte() -> Compte:
    return Compte(
        id=ID, version=1, organisme="MTQ", sujet="alice", motif="Analyse", demande_le=LE_2_SEPTEMBRE
    )


def decision(rang: int, debut: date, *, admissible: bool) -> Admissibilite:
    return Admissibilite(
        id=UUID(int=rang),
        organisme="MTQ",
        rang=rang,
        admissible=admissible,
        debut=debut,
        decidee=Prononce("courtier-1", LE_2_SEPTEMBRE, "Liste"),
    )


def test_ci_11_un_compte_va_de_la_demande_au_retrait() -> None:
    demande = compte()
    accorde = demande.trancher(DecisionCompte.ACCORDEE, "Oui", acte())
    retire = accorde.retirer("Départ", acte())
    assert [c.etat for c in (demande, accorde, retire)] == [
        EtatCompte.DEMANDE,
        EtatCompte.ACCORDE,
        EtatCompte.RETIRE,
    ]
    assert [c.version for c in (demande, accorde, retire)] == [1, 2, 3]
    refuse = demande.trancher(DecisionCompte.REFUSEE, "Non", acte())
    assert refuse.etat is EtatCompte.REFUSE


@pytest.mark.parametrize("decision", DecisionCompte)
def test_ci_11_ce_qui_est_tranche_ne_se_tranche_pas_de_nouveau(decision: DecisionCompte) -> None:
    tranche = compte().trancher(decision, "Dit", acte())
    with pytest.raises(TransitionImpossible) as refus:
        tranche.trancher(DecisionCompte.ACCORDEE, "Encore", acte())
    assert refus.value.regle == "CI-11"


def test_ci_11_seul_un_compte_accorde_se_retire() -> None:
    for fini in (compte(), compte().trancher(DecisionCompte.REFUSEE, "Non", acte())):
        with pytest.raises(TransitionImpossible):
            fini.retirer("Départ", acte())


def test_ci_11_d_office_un_organisme_est_admissible() -> None:
    assert Admissibilites().admissible(date(2026, 9, 2))


@given(st.lists(st.tuples(JOURS, st.booleans()), max_size=6), JOURS)
def test_ci_11_l_admissibilite_d_un_jour_est_la_derniere_commencee(
    dites: list[tuple[date, bool]], jour: date
) -> None:
    """Contre une lecture naïve : la dernière commencée; d'un même jour, la dernière prise."""
    toutes = Admissibilites(
        tuple(decision(n, debut, admissible=oui) for n, (debut, oui) in enumerate(dites, 1))
    )
    attendue = True
    for _, oui in sorted(
        ((debut, n), oui) for n, (debut, oui) in enumerate(dites) if debut <= jour
    ):
        attendue = oui
    assert toutes.admissible(jour) is attendue


def test_ci_11_on_n_exclut_pas_dans_le_passe_ni_deux_fois() -> None:
    def decider(debut: date, *, admissible: bool = False) -> Admissibilite:
        return exclu.decider(
            ID, "MTQ", admissible=admissible, debut=debut, motif="Liste", acte=acte()
        )

    exclu = Admissibilites()
    with pytest.raises(Conflit, match="passé"):
        decider(date(2026, 9, 1))
    with pytest.raises(Conflit, match="déjà admissible"):
        decider(date(2026, 9, 2), admissible=True)
    exclu = Admissibilites((decider(date(2026, 10, 1)),))
    with pytest.raises(Conflit, match="déjà exclu"):
        decider(date(2026, 10, 2))
    # Avant qu'elle commence, la réadmission d'un jour plus tôt ne dirait rien.
    with pytest.raises(Conflit, match="déjà admissible"):
        decider(date(2026, 9, 30), admissible=True)
    assert decider(date(2026, 10, 1), admissible=True).rang == 2


def test_ci_11_le_jour_est_celui_de_quebec() -> None:
    """Le 1er octobre à 2 h UTC, il est encore le 30 septembre à Québec."""
    exclu = Admissibilites((decision(1, date(2026, 10, 1), admissible=False),))
    au_soir = acte(le=datetime(2026, 10, 1, 2, tzinfo=UTC))
    dit = exclu.decider(
        ID, "MTQ", admissible=False, debut=date(2026, 9, 30), motif="Liste", acte=au_soir
    )
    assert dit.debut == date(2026, 9, 30)


@pytest.mark.parametrize("accorde", [True, False])
@pytest.mark.parametrize("exclu", [True, False])
def test_ci_11_lire_veut_un_compte_et_un_organisme_admissible(
    *, accorde: bool, exclu: bool
) -> None:
    decisions = (decision(1, date(2026, 9, 1), admissible=False),) if exclu else ()
    droit = Droit(accorde, Admissibilites(decisions))
    if accorde and not exclu:
        droit.exiger(date(2026, 9, 2))
        return
    with pytest.raises(Interdit) as refus:
        droit.exiger(date(2026, 9, 2))
    assert refus.value.regle == "CI-11"
    assert ("POST /v1/acces" in refus.value.message) is not exclu


def test_ci_12_se_retirer_de_la_liste_efface_l_adresse() -> None:
    inscrite = Inscription(
        id=ID,
        version=1,
        organisme="MTQ",
        sujet="alice",
        courriel="alice@mtq.example",
        inscrite_le=LE_2_SEPTEMBRE,
    )
    retiree = inscrite.retirer(acte())
    assert (retiree.courriel, retiree.retiree_le) == (None, LE_2_SEPTEMBRE)
    with pytest.raises(TransitionImpossible):
        retiree.retirer(acte())
    inscrite.exiger_la_sienne(Acteur("courtier-1"))
    with pytest.raises(Introuvable):
        inscrite.exiger_la_sienne(Acteur("bob", "MTQ"))
