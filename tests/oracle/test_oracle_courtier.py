"""CI-10, CI-13 à CI-17 : le produit et un juge naïf admettent et refusent les mêmes actes.

`make oracle` joue dix mille dossiers; ici, quelques centaines.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.oracle.courtier.epreuve import PLANCHERS, eprouver, manquent
from tests.oracle.courtier.mutants import JOUER, MUTANTS
from tests.oracle.mutants import RACINE, Mutant, ecrire, survit

PAR_LOT = 60


@pytest.mark.parametrize("lot", range(4))
def test_ci_10_chaque_acte_d_un_dossier_est_admis_ou_refuse_comme_le_dit_le_juge(lot: int) -> None:
    """La règle citée, les totaux (CI-14), les moins chers (CI-15), nul contrat de plus de 36 mois
    ni signé sans ses préalables (CI-16, CI-17)."""
    vus: Counter[str] = Counter()
    for graine in range(lot * PAR_LOT, (lot + 1) * PAR_LOT):
        vus.update(eprouver(graine))
    assert manquent(vus, PAR_LOT, marge=4) == []


def test_ci_13_les_planchers_couvrent_chaque_regle() -> None:
    regles = {f"refusés CI-{n}" for n in (10, 13, 14, 15, 16, 17)}
    assert regles < PLANCHERS.keys()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.faute)
def test_un_mutant_fausse_un_passage_du_courtier(mutant: Mutant, tmp_path: Path) -> None:
    """`make oracle` les joue tous; ici, chacun trouve ce qu'il fausse."""
    ecrire(mutant, tmp_path)


def test_la_fiabilite_dit_chaque_regle_faussee_du_dossier() -> None:
    dite = (RACINE / "docs/FIABILITE.md").read_text("utf-8")
    assert [m.faute for m in MUTANTS if f"{m.regle} : {m.faute}" not in dite] == []
    assert f"{len(MUTANTS)} règles du dossier" in dite


def test_l_oracle_voit_un_mutant_et_laisse_le_courtier() -> None:
    (un,) = (m for m in MUTANTS if m.faute == "le contact devance le choix")
    assert not survit(un, JOUER)
    assert survit(None, JOUER.replace("700", "10"))
