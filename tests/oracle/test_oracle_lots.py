"""SLA-3 : la mesure incrémentale, lot par lot sur PostgreSQL, égale un seul recalcul.

`make oracle` en reçoit cinquante mille événements; avec LONG=1, un million.
"""

from itertools import pairwise

import pytest

from outils.essais.greffon import MonterBanc
from tests.oracle.mesures import flot
from tests.oracle.mesures.lots import d_un_bloc, empreinte, par_lots

pytestmark = pytest.mark.integration

GRAINE, COMBIEN = 3, 3_000


def test_le_flot_repete_et_derange_un_fait_sur_vingt() -> None:
    ranges = [m for bloc in flot.uniques(GRAINE, 20_000) for m in bloc]
    recus = [m for bloc in flot.melange(GRAINE, 20_000) for m in bloc]
    assert {m.id for m in recus} == {m.id for m in ranges}
    assert 0.04 < (len(recus) - len(ranges)) / len(ranges) < 0.06
    premiers = list(dict.fromkeys(m.id for m in recus))
    attendus = {m.id: rang for rang, m in enumerate(ranges)}
    recules = sum(attendus[a] > attendus[b] for a, b in pairwise(premiers))
    assert recules / len(ranges) > 0.04


async def test_sla_3_recu_par_lots_ou_recalcule_d_un_bloc_memes_mesures(banc: MonterBanc) -> None:
    """Faits et parutions du catalogue mêlés, répétés, en désordre (SLA-10, CAT-6)."""
    incremental, d_un_coup = await banc("sla"), await banc("sla")
    recus = await par_lots(incremental, GRAINE, COMBIEN)
    await d_un_bloc(d_un_coup, GRAINE, COMBIEN)
    assert recus > COMBIEN
    assert await incremental.rebuts() == await d_un_coup.rebuts() == []
    obtenue, attendue = await empreinte(incremental), await empreinte(d_un_coup)
    assert obtenue == attendue
    assert attendue.lignes["mesures"] > 400
    assert attendue.lignes["comptes"] > 100
