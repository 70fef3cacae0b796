"""CI-10, CI-16 : un contrat préparé que son dossier ne tient plus, ou dont le dossier est clos."""

import pytest

from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.etats import ActeContrat as A
from courtier.contrats.domaine.etats import CauseCaducite, Etat
from noyau import Conflit
from services.courtier.tests.builders import GESTIONNAIRE, acte
from services.courtier.tests.unit.test_courtier_contrats import (
    ACTES,
    STADES,
    mener,
    refuser_de_signer,
    reprendre,
)


def caduc(contrat: Contrat, cause: CauseCaducite = CauseCaducite.DOSSIER_CHANGE) -> Contrat:
    """Le contrat, que son dossier ne tient plus."""
    return contrat.rendre_caduc(cause, acte(GESTIONNAIRE))


@pytest.mark.parametrize("stade", ["préparé", "validé"])
def test_ci_16_ce_que_son_dossier_ne_tient_plus_se_prepare_de_nouveau(stade: str) -> None:
    contrat = caduc(mener(*STADES[stade]))
    assert (contrat.etat, contrat.actes_permis) == (Etat.CADUC, (A.PREPARATION, A.REFUS))
    for nom in set(A) - {A.PREPARATION, A.REFUS}:
        with pytest.raises(Conflit) as refus:
            ACTES[nom](contrat)
        if nom is not A.RESILIATION:
            assert (refus.value.regle, refus.value.details["etat"]) == ("CI-16", "caduc"), nom
    nouveau, _ = reprendre(contrat)
    assert (nouveau.etat, nouveau.caducite) == (Etat.PREPARE, None)
    assert refuser_de_signer(contrat)[0].etat is Etat.REFUSE


def test_ci_10_d_un_dossier_clos_rien_ne_se_prepare_plus() -> None:
    clos = caduc(caduc(mener(A.VALIDATION)), CauseCaducite.DOSSIER_CLOS)
    assert (clos.etat, clos.actes_permis) == (Etat.ABANDONNE, ())
    assert not clos.occupe_son_dossier
    with pytest.raises(Conflit, match="clos") as refus:
        reprendre(clos)
    assert refus.value.regle == "CI-10"


@pytest.mark.parametrize("stade", [s for s in STADES if s not in {"préparé", "validé"}])
def test_ci_16_ce_qui_est_signe_ou_refuse_ne_devient_pas_caduc(stade: str) -> None:
    contrat = mener(*STADES[stade])
    assert caduc(contrat) is contrat
