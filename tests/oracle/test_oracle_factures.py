"""FAC-1 à FAC-15 : le service et un facturier naïf font le document des mêmes organismes.

`make oracle` en joue cinquante mille; ici, un millier.
"""

from collections import Counter

import pytest

from tests.oracle.factures.epreuve import eprouver

PAR_LOT = 260


@pytest.mark.parametrize("lot", range(4))
def test_fac_7_le_document_de_chaque_mois_est_celui_du_facturier_naif(lot: int) -> None:
    """Faits tardifs et rectifiés, cessions, décisions, statu quo, taxes qui changent (FAC-13)."""
    vus: Counter[str] = Counter()
    for graine in range(lot * PAR_LOT, (lot + 1) * PAR_LOT):
        vus.update(vars(eprouver(graine)))
    assert vus["documents"] > 1_000
    assert vus["lignes"] > 3_000
    assert vus["corrections"] > 1_000, "ce qui se corrige après coup"
    assert vus["credits"] > 300
    assert vus["taxees"] > 1_000
    assert vus["cessions"] > 50
    assert vus["rectifications"] > 100
