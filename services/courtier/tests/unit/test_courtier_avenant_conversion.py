"""CI-15 : un avenant ne dément pas, sans le dirigeant, ce qu'une conversion dite comptait."""

from datetime import date
from decimal import Decimal

import pytest

from courtier.avenants.domaine.effets import ChangementVoulu, evaluer
from courtier.catalogue.domaine import BASE
from services.courtier.tests.builders import COURRIEL, ENTENTE, TABLEUR, catalogue
from services.courtier.tests.unit.test_courtier_avenant import contrat, effet, revue


@pytest.mark.parametrize(
    ("voulu", "attendu"),
    [
        (ChangementVoulu(quantites=(revue((13, 24, 41)),)), True),
        (ChangementVoulu(quantites=(revue((7, 24, 40)),)), False),
        (ChangementVoulu(duree_mois=36), False),
        (ChangementVoulu(duree_mois=36, quantites=(revue((25, 36, 41)),)), True),
        (ChangementVoulu(offres={TABLEUR: {BASE: 7}}, du_mois=13), True),
    ],
)
def test_ci_15_des_unites_de_plus_dementent_une_conversion_dite(
    voulu: ChangementVoulu, *, attendu: bool
) -> None:
    """Sous le seuil aussi, le dirigeant d'abord; une offre à conversion publiée, non."""
    dit = evaluer(
        voulu, contrat(), entente=ENTENTE, catalogue=catalogue(), le=date(2026, 9, 10),
        conversions_dites={COURRIEL},
    )  # fmt: skip
    exiges = [e.exige_autorisation(Decimal(10**9)) for e in (dit, effet(voulu))]
    assert exiges == [attendu, False]
