"""CI-16 : un organisme en retard ne se dit pas à l'heure."""

from datetime import UTC, date, datetime

import pytest

from courtier.pieces.domaine import exiger_recu_ce_jour
from noyau import Conflit
from services.courtier.tests.builders import COURTIER, GESTIONNAIRE, acte

LE_10 = datetime(2026, 9, 10, 19, tzinfo=UTC)


def test_ci_16_seul_le_courtier_date_d_hier_ce_qu_il_a_recu() -> None:
    hier = date(2026, 9, 9)
    exiger_recu_ce_jour(date(2026, 9, 10), acte(GESTIONNAIRE, LE_10), "CI-16")
    exiger_recu_ce_jour(hier, acte(COURTIER, LE_10), "CI-16")
    with pytest.raises(Conflit) as refus:
        exiger_recu_ce_jour(hier, acte(GESTIONNAIRE, LE_10), "CI-16")
    assert refus.value.regle == "CI-16"
