"""FAC-1 à FAC-15 : le service et un facturier naïf font le document des mêmes organismes.

`make oracle` en joue cinquante mille; ici, un millier.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.oracle.factures.epreuve import eprouver
from tests.oracle.factures.mutants import JOUER, MUTANTS
from tests.oracle.mutants import Mutant, ecrire, survit

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


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.faute)
def test_un_mutant_fausse_un_passage_du_service(mutant: Mutant, tmp_path: Path) -> None:
    """`make oracle` les joue tous; ici, chacun trouve ce qu'il fausse."""
    ecrire(mutant, tmp_path)


def test_l_oracle_voit_un_mutant_et_laisse_le_service() -> None:
    (un,) = (m for m in MUTANTS if m.faute == "un statu quo ne finit pas")
    assert not survit(un, JOUER)
    assert survit(None, JOUER.replace("150", "20"))
