"""FAC-13 : une décision sur une ligne ajuste son dû; rien n'en est jamais refacturé."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.creances.domaine.creances import Identite, Nature
from facturation.factures.domaine.ajustements import Ajustement, Facturee, exiger_permis, somme
from facturation.factures.domaine.factures import Situation
from facturation.factures.domaine.taxes import EXONERE
from noyau import ZERO, Conflit, Mois, Montant
from services.facturation.tests.builders import SEPTEMBRE, Faits, situation
from services.facturation.tests.unit.test_facturation_taxes import emise

LIGNE = Identite("p", "POSTE-01", Nature.ABONNEMENT, date(2026, 9, 1))
_ESPACE = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0002")


def decision(montant: str, rang: int = 1) -> Ajustement:
    return Ajustement(
        id=uuid5(_ESPACE, f"{montant} {rang}"),
        organisme="MTQ",
        numero="2026-2027-000001",
        rang=1,
        identite=LIGNE,
        montant=Montant.de(montant),
        motif="Le poste était hors d'usage.",
        decide_le=datetime(2026, 10, 5, 14, tzinfo=UTC),
        decide_par="agent",
    )


def facturee(montant: str, ajustement: str = "0") -> Facturee:
    return Facturee(montant=Montant.de(montant), taxes=EXONERE, ajustement=Montant.de(ajustement))


def livree(*fins: date) -> Situation:
    f = Faits()
    faits = [f.livraison("p", date(2026, 9, 1)), *(f.recuperation("p", fin) for fin in fins)]
    return situation(faits)


def suite(depuis: Situation, vers: Situation, *decisions: Ajustement) -> Situation:
    """Les mêmes documents émis, d'autres faits, ces décisions."""
    return replace(
        vers,
        deja_facture=depuis.deja_facture,
        emises=depuis.emises,
        ajustements={LIGNE: decisions} if decisions else depuis.ajustements,
    )


def test_fac_13_un_montant_credite_ne_se_refacture_jamais() -> None:
    """Vu : « dû moins déjà facturé » aurait repris le crédit le mois suivant."""
    _, reste = emise(livree(), SEPTEMBRE)
    octobre, reste = emise(suite(reste, livree(), decision("-98")), SEPTEMBRE.suivant)
    assert [(str(x.identite.periode), str(x.montant)) for x in octobre.lignes] == [
        ("2026-10", "147.00"),
        ("2026-09", "-98.00"),
    ]
    assert octobre.lignes[1].calcul == (
        "147,00\xa0$ − ajustement 98,00\xa0$ − déjà facturé 147,00\xa0$"
    )
    novembre, _ = emise(reste, Mois(2026, 11))
    assert [str(x.identite.periode) for x in novembre.lignes] == ["2026-11"]


def test_fac_13_une_decision_annulee_rend_ce_qu_elle_retranchait() -> None:
    _, reste = emise(livree(), SEPTEMBRE)
    _, reste = emise(suite(reste, livree(), decision("-98")), SEPTEMBRE.suivant)
    novembre, _ = emise(suite(reste, livree(), decision("-98"), decision("98", 2)), Mois(2026, 11))
    assert {(str(x.identite.periode), str(x.montant)) for x in novembre.lignes} == {
        ("2026-11", "147.00"),
        ("2026-09", "98.00"),
    }


def test_fac_13_ce_qui_diminue_ensuite_ne_se_rend_pas_deux_fois() -> None:
    """98 $ crédités de 147; récupéré le 12 (53,90 dus) : on ne rend que les 49 $ qui restent."""
    _, reste = emise(livree(), SEPTEMBRE)
    _, reste = emise(suite(reste, livree(), decision("-98")), SEPTEMBRE.suivant)
    novembre, _ = emise(suite(reste, livree(date(2026, 9, 12)), decision("-98")), Mois(2026, 11))
    assert {(str(x.identite.periode), str(x.montant)) for x in novembre.lignes} == {
        ("2026-09", "-49.00"),
        ("2026-10", "-147.00"),
    }


@pytest.mark.parametrize(
    ("montant", "fait", "anterieurs", "motif"),
    [
        ("0", facturee("147"), [], "nul"),
        ("-147.01", facturee("147"), [], "147,00"),
        ("-50", facturee("147"), ["-98"], "49,00"),
        ("-50", facturee("49", "-98"), ["-98"], "49,00"),
        ("0.01", facturee("147"), [], "0,00"),
        ("98.01", facturee("49", "-98"), ["-98"], "98,00"),
    ],
)
def test_fac_13_rien_au_dela_du_facture_ni_de_ce_qui_fut_retranche(
    montant: str, fait: Facturee, anterieurs: list[str], motif: str
) -> None:
    with pytest.raises(Conflit, match=motif) as refus:
        exiger_permis(decision(montant), fait, [decision(m) for m in anterieurs])
    assert refus.value.regle == "FAC-13"


@given(st.lists(st.decimals(-200, 200, places=2), min_size=1, max_size=8))
def test_fac_13_de_decision_en_decision_le_du_reste_entre_rien_et_le_facture(
    montants: list[object],
) -> None:
    permis: list[Ajustement] = []
    for rang, montant in enumerate(montants):
        voulue = decision(str(montant), rang)
        try:
            exiger_permis(voulue, facturee("147"), permis)
        except Conflit:
            continue
        permis.append(voulue)
    assert Montant.de("-147") <= somme(permis) <= ZERO
