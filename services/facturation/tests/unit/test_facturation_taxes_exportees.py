"""Les taxes d'un document, ligne par ligne, au cent (FAC-1, FAC-17)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from facturation.comptes.domaine.exports import Ventilation
from facturation.factures.domaine.taxes import EXONERE, Taxes, Totaux
from noyau import ZERO, Montant

TAUX = (Taxes(Decimal("0.05"), Decimal("0.09975")), Taxes(Decimal("0.06"), Decimal("0.075")))
_LIGNES = st.lists(
    st.tuples(st.sampled_from((EXONERE, *TAUX)), st.integers(-50_000, 50_000).map(Montant)),
    min_size=1,
    max_size=40,
)


@given(_LIGNES)
def test_fac_17_les_taxes_des_lignes_somment_a_celles_du_document(
    lignes: list[tuple[Taxes, Montant]],
) -> None:
    totaux = Totaux.de(lignes)
    taxes = Ventilation(totaux.tps, totaux.tvq, len(lignes))
    parts = [taxes.prendre(*ligne) for ligne in lignes]
    assert sum((tps for tps, _ in parts), ZERO) == totaux.tps
    assert sum((tvq for _, tvq in parts), ZERO) == totaux.tvq
    for (taux, montant), (tps, tvq) in zip(lignes, parts, strict=True):
        assert abs(tps.decimal - montant.decimal * taux.tps) <= Decimal("0.01")
        assert abs(tvq.decimal - montant.decimal * taux.tvq) <= Decimal("0.01")


def test_fac_17_la_derniere_ligne_prend_ce_qu_une_note_arrondit_autrement() -> None:
    """Une note qui rend le reste d'une taxe déjà rendue par morceaux, un cent de plus."""
    taxes = Ventilation(Montant(-51), Montant(-100), 2)
    parts = [taxes.prendre(TAUX[0], Montant(-500)) for _ in range(2)]
    assert parts == [(Montant(-25), Montant(-50)), (Montant(-26), Montant(-50))]
