"""CI-16, CI-14 : un avenant ne dépasse pas le budget autorisé, et tient les engagements publiés."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from courtier.avenants.domaine.avenant import Avenant
from courtier.avenants.domaine.budgets import autoriser_budget, exiger_budget
from courtier.avenants.domaine.effets import ChangementVoulu, evaluer
from courtier.catalogue.domaine import BASE, Engagement, Modalites
from courtier.contrats.domaine.contrat import Contrat
from courtier.dossiers.domaine.demarrage import Budget
from noyau import Acteur, Conflit, Interdit
from services.courtier.tests.builders import (
    COURRIEL,
    COURTIER,
    ENTENTE,
    GESTIONNAIRE,
    TABLEUR,
    acte,
    catalogue,
)
from services.courtier.tests.unit.test_courtier_avenant import (
    LE_10,
    SEUIL,
    TEXTE,
    contrat,
    effet,
    revue,
)

LE = date(2026, 9, 10)


def prepare(*periodes: tuple[int, int, int]) -> Avenant:
    """Un avenant qui revoit les quarante boîtes du contrat : soixante dès le septième mois."""
    voulu = ChangementVoulu(quantites=(revue(*periodes or ((7, 24, 60),)),))
    avenant, _ = Avenant.preparer(
        TABLEUR,
        1,
        contrat(),
        texte=TEXTE,
        effet=effet(voulu),
        seuil=SEUIL,
        acte=acte(COURTIER, LE_10),
    )
    return avenant


def budget(montant: str = "16500.00", le: date = LE) -> Budget:
    return Budget(montant=Decimal(montant), date=le, empreinte="8" * 64)


def consigner(avenant: Avenant, dit: Budget, par: Acteur = GESTIONNAIRE) -> Avenant:
    autorise, _ = autoriser_budget(avenant, dit, contrat(), acte(par, LE_10))
    return autorise


def test_ci_16_le_contrat_modifie_ne_depasse_pas_l_autorisation_budgetaire() -> None:
    """12 000 $, et vingt boîtes de plus pendant dix-huit mois : 16 500 $."""
    avenant = prepare()
    exiger_budget(avenant, Decimal("16500.00"))
    for du_dossier in (None, Decimal("16499.99")):
        with pytest.raises(Conflit) as leve:
            exiger_budget(avenant, du_dossier)
        assert leve.value.regle == "CI-16"
    exiger_budget(consigner(avenant, budget()), Decimal("12000.00"))
    with pytest.raises(Conflit):
        exiger_budget(consigner(avenant, budget("16499.99")), Decimal("99999.99"))


def test_ci_16_un_avenant_qui_n_ajoute_rien_ne_veut_pas_de_budget() -> None:
    avenant = prepare((7, 24, 40))
    exiger_budget(avenant, None)


def test_ci_16_le_budget_d_un_avenant_se_date_du_contrat_a_ce_jour() -> None:
    avenant = prepare()
    for le in (date(2026, 9, 7), LE + timedelta(days=1)):
        with pytest.raises(Conflit):
            consigner(avenant, budget(le=le))
    with pytest.raises(Interdit):
        consigner(avenant, budget(), COURTIER)
    assert consigner(avenant, budget(le=date(2026, 9, 8))).budget is not None


def test_ci_16_prepare_de_nouveau_un_avenant_n_a_plus_de_budget() -> None:
    consigne = consigner(prepare(), budget())
    neuf, _ = consigne.preparer_de_nouveau(
        texte=TEXTE, effet=consigne.effet, seuil=SEUIL, acte=acte(COURTIER, LE_10)
    )
    assert neuf.budget is None


def _ajouter(engagement: Engagement, quantite: int, du_mois: int = 1) -> None:
    offres = dict(catalogue())
    lue = offres[TABLEUR]
    decrite = replace(lue.offre.caracteristiques, engagement=engagement)
    offres[TABLEUR] = replace(lue, offre=replace(lue.offre, caracteristiques=decrite))
    voulu = ChangementVoulu(offres={TABLEUR: {BASE: quantite}}, du_mois=du_mois)
    evaluer(voulu, contrat(), entente=ENTENTE, catalogue=offres, le=LE)


def test_ci_14_une_offre_ajoutee_tient_l_engagement_qu_elle_publie() -> None:
    engagement = Engagement(quantite_minimale=10, duree_minimale_mois=12)
    _ajouter(engagement, 10, du_mois=13)
    for quantite, du_mois in ((9, 1), (10, 14)):
        with pytest.raises(Conflit) as leve:
            _ajouter(engagement, quantite, du_mois)
        assert (leve.value.regle, leve.value.details["offre_id"]) == ("CI-14", str(TABLEUR))


def _permet_la_baisse() -> Contrat:
    conclu = contrat()
    [courriel] = conclu.termes.elements
    souple = replace(courriel, modalites=Modalites(baisse_permise=True))
    return replace(conclu, termes=replace(conclu.termes, elements=(souple,)))


def test_ci_14_une_baisse_permise_ne_descend_pas_sous_le_minimum_impose() -> None:
    imposes = {COURRIEL: Engagement(quantite_minimale=30)}

    def baisser(quantite: int) -> None:
        evaluer(
            ChangementVoulu(quantites=(revue((7, 24, quantite)),)), _permet_la_baisse(),
            entente=ENTENTE, catalogue=catalogue(), engagements=imposes, le=LE,
        )  # fmt: skip

    baisser(30)
    with pytest.raises(Conflit) as leve:
        baisser(29)
    assert leve.value.regle == "CI-14"
