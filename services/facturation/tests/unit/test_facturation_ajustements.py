"""FAC-13 : une décision sur une ligne ajuste son dû; rien n'en est jamais refacturé."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.creances.domaine.creances import Identite, Nature
from facturation.creances.domaine.faits import Appris, FaitRecu
from facturation.factures.domaine.ajustements import (
    Ajustement,
    Facturee,
    exiger_permis,
    imputer,
    somme,
)
from facturation.factures.domaine.factures import Situation
from facturation.factures.domaine.taxes import EXONERE
from facturation.tarification.domaine.tarification import Tarification
from noyau import ZERO, Conflit, Mois, Montant
from services.facturation.tests.builders import (
    SEPTEMBRE,
    Faits,
    fiche,
    situation,
    tarification,
)
from services.facturation.tests.unit.test_facturation_taxes import emise

LIGNE = Identite("p", "POSTE-01", Nature.ABONNEMENT, date(2026, 9, 1))
_ESPACE = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0002")


def decision(
    montant: str, rang: int = 1, identite: Identite = LIGNE, actes: tuple[UUID, ...] = ()
) -> Ajustement:
    return Ajustement(
        id=uuid5(_ESPACE, f"{montant} {rang}"),
        organisme="MTQ",
        numero="2026-2027-000001",
        rang=1,
        identite=identite,
        actes=actes,
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
        ajustements=decisions or depuis.ajustements,
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
        exiger_permis(decision(montant), [fait], [decision(m) for m in anterieurs])
    assert refus.value.regle == "FAC-13"


@given(st.lists(st.decimals(-200, 200, places=2), min_size=1, max_size=8))
def test_fac_13_de_decision_en_decision_le_du_reste_entre_rien_et_le_facture(
    montants: list[object],
) -> None:
    permis: list[Ajustement] = []
    for rang, montant in enumerate(montants):
        voulue = decision(str(montant), rang)
        try:
            exiger_permis(voulue, [facturee("147")], permis)
        except Conflit:
            continue
        permis.append(voulue)
    assert Montant.de("-147") <= somme(permis) <= ZERO


def redatee(faits: list[Appris], de: Situation, *decisions: Ajustement) -> dict[str, str]:
    """Ce que dit le document d'octobre, septembre émis et ces décisions prises."""
    projet, _ = emise(suite(de, situation(faits), *decisions), SEPTEMBRE.suivant)
    return {str(x.identite.debut): str(x.montant) for x in projet.lignes if x.montant}


def test_fac_13_un_mois_redate_garde_ce_qu_on_en_a_credite() -> None:
    """Vu : livré le 10 plutôt que le 1er, le mois se refacturait en entier."""
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    _, reste = emise(situation([livraison]), SEPTEMBRE)
    juste = f.rectification(livraison, datetime(2026, 9, 10, 16, tzinfo=UTC))
    # 147 × 21 ÷ 30 = 102,90, moins 98 : 4,90.
    credit = decision("-98", actes=(livraison.acte_id,))
    assert redatee([livraison, juste], reste, credit) == {
        "2026-09-01": "-147.00",
        "2026-09-10": "4.90",
        "2026-10-01": "147.00",
    }


def test_fac_13_absorbee_en_entier_la_ligne_redatee_se_montre() -> None:
    """Vu : le mois entier crédité, la ligne du nouveau jour disparaissait sans un mot."""
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    _, reste = emise(situation([livraison]), SEPTEMBRE)
    credit = decision("-147", actes=(livraison.acte_id,))
    _, reste = emise(suite(reste, situation([livraison]), credit), SEPTEMBRE.suivant)
    juste = f.rectification(livraison, datetime(2026, 9, 10, 16, tzinfo=UTC))
    projet, _ = emise(suite(reste, situation([livraison, juste])), Mois(2026, 11))
    dites = {str(x.identite.debut): (str(x.montant), x.calcul) for x in projet.lignes}
    assert dites["2026-09-01"] == ("0.00", "0,00\xa0$, sans l'ajustement de 147,00\xa0$")
    # 147 × 21 ÷ 30 = 102,90, tout entier retranché.
    assert dites["2026-09-10"] == ("0.00", "147,00\xa0$ × 21 ÷ 30 − ajustement 102,90\xa0$")
    (suivie,) = [x for x in projet.lignes if str(x.identite.debut) == "2026-09-10"]
    assert suivie.part.ajustements == (credit,)


def test_fac_13_une_livraison_annulee_puis_refaite_est_un_autre_du() -> None:
    """Vu : la seconde livraison, au même mois, s'absorbait dans le crédit de la première."""
    f = Faits()
    livraison, autre = f.livraison("p", date(2026, 9, 1)), f.livraison("p", date(2026, 9, 10))
    _, reste = emise(situation([livraison]), SEPTEMBRE)
    credit = decision("-147", actes=(livraison.acte_id,))
    nulle = f.rectification(livraison, None)
    dit = redatee([livraison, nulle, autre], reste, credit)
    assert dit == {"2026-09-01": "-147.00", "2026-09-10": "102.90", "2026-10-01": "147.00"}


def _prix_change(livree_le: int = 1) -> tuple[list[Appris], Tarification]:
    """Livré le 1er (ou rectifié), le prix passe à 150 le 16 : deux lignes du même acte."""
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    juste = f.rectification(livraison, datetime(2026, 9, livree_le, 16, tzinfo=UTC))
    faits: list[Appris] = [livraison] if livree_le == 1 else [livraison, juste]
    return faits, tarification(fiche(), fiche(2, date(2026, 9, 16), POSTE_01="150"))


@pytest.mark.parametrize(
    ("livree_le", "attendu"),
    [
        # 147 × 6 ÷ 30 = 29,40, tout entier retranché; les 75 du 16 ne bougent pas.
        (10, {"2026-09-01": "-73.50", "2026-10-01": "150.00"}),
        # Plus rien n'est dû d'avant le 16; 150 × 11 ÷ 30 = 55 du 20, au lieu de 75.
        (20, {"2026-09-01": "-73.50", "2026-09-16": "-75.00", "2026-09-20": "55.00",
              "2026-10-01": "150.00"}),
    ],
)  # fmt: skip
def test_fac_13_un_credit_ne_deborde_pas_sur_la_ligne_voisine(
    livree_le: int, attendu: dict[str, str]
) -> None:
    """Vu : 73,50 $ crédités du 1er au 15 passaient sur les jours d'après, au nouveau prix."""
    faits, t = _prix_change()
    _, reste = emise(situation(faits, t), SEPTEMBRE)
    actes = tuple(x.acte_id for x in faits if isinstance(x, FaitRecu))
    credit = replace(decision("-73.50", actes=actes), fin=date(2026, 9, 16))
    redates, _ = _prix_change(livree_le)
    projet, _ = emise(suite(reste, situation(redates, t), credit), SEPTEMBRE.suivant)
    assert {str(x.identite.debut): str(x.montant) for x in projet.lignes if x.montant} == attendu


def test_fac_13_un_mois_que_l_on_coupe_garde_son_credit_des_deux_cotes() -> None:
    """Un statu quo accordé après coup coupe en deux la ligne créditée : tout reste crédité."""
    faits, coupee = _prix_change()
    _, reste = emise(situation(faits, tarification()), SEPTEMBRE)
    actes = tuple(x.acte_id for x in faits if isinstance(x, FaitRecu))
    credit = replace(decision("-147", actes=actes), fin=date(2026, 10, 1))
    projet, _ = emise(suite(reste, situation(faits, coupee), credit), SEPTEMBRE.suivant)
    # Dus : 73,50 et 75; crédités de 147, il en reste 1,50.
    assert {str(x.identite.debut): str(x.montant) for x in projet.lignes if x.montant} == {
        "2026-09-01": "-147.00",
        "2026-09-16": "1.50",
        "2026-10-01": "150.00",
    }


@pytest.mark.parametrize("ordre", [1, -1])
def test_fac_13_de_deux_decisions_chacune_suit_les_jours_de_sa_ligne(ordre: int) -> None:
    """Vu : coupée, entière, puis coupée, la ligne ne suivait que les jours du premier crédit."""
    faits, coupee = _prix_change()
    actes = tuple(x.acte_id for x in faits if isinstance(x, FaitRecu))
    du_1er_au_15 = replace(decision("-10", actes=actes), fin=date(2026, 9, 16))
    du_mois = replace(decision("-100", 2, actes=actes), fin=date(2026, 10, 1))
    creances = situation(faits, coupee).etendue.calculer(coupee, SEPTEMBRE).creances
    parts = imputer([du_1er_au_15, du_mois][::ordre], creances)
    # Dus : 73,50 et 75. De 110 crédités, la première ligne en prend 73,50; 36,50 restent.
    assert {i.debut.day: str(p.montant) for i, p in parts.items()} == {1: "-73.50", 16: "-36.50"}


def test_fac_15_une_ligne_nulle_donne_son_profil_a_ce_qui_la_corrige() -> None:
    """Livré le 10, tout crédité sans taxes; puis le 1er, l'organisme devenu taxable entre-temps."""
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    _, reste = emise(situation([livraison]), SEPTEMBRE)
    credit = decision("-147", actes=(livraison.acte_id,))
    juste = f.rectification(livraison, datetime(2026, 9, 10, 16, tzinfo=UTC))
    octobre, reste = emise(suite(reste, situation([livraison, juste]), credit), Mois(2026, 10))
    (nulle,) = [x for x in octobre.lignes if x.identite.debut.day == 10]
    assert (str(nulle.montant), nulle.taxes) == ("0.00", EXONERE)
    taxable = suite(reste, situation([livraison, juste], taxable=True), credit, decision("147", 2))
    novembre, _ = emise(taxable, Mois(2026, 11))
    # 147 × 21 ÷ 30 : ce que le crédit cesse d'absorber corrige la ligne nulle.
    dites = {str(x.identite.debut): (str(x.montant), bool(x.taxes)) for x in novembre.lignes}
    assert dites == {"2026-09-10": ("102.90", False), "2026-11-01": ("147.00", True)}


def test_fac_13_une_perte_redatee_garde_ce_qu_on_en_a_credite() -> None:
    f = Faits()
    livraison, perte = f.livraison("p", date(2026, 8, 1)), f.perte("p", date(2026, 9, 14))
    projet, reste = emise(situation([livraison, perte]), SEPTEMBRE)
    (du,) = [x for x in projet.lignes if x.identite.nature is Nature.PERTE]
    credit = decision("-588", identite=du.identite, actes=du.evenements)
    juste = f.rectification(perte, datetime(2026, 9, 16, 16, tzinfo=UTC))
    dit = redatee([livraison, perte, juste], reste, credit)
    assert dit == {"2026-09-14": "-588.00", "2026-09-01": "9.80"}, (
        "deux jours de plus, rien d'autre"
    )


def test_fac_13_un_travail_redate_emporte_son_credit_vers_son_nouveau_jour() -> None:
    """Les heures d'un article se comptent par jour : l'acte, pas le jour, porte la décision."""
    f = Faits()
    travail, autre = f.travail("a", date(2026, 9, 8), 60), f.travail("a", date(2026, 9, 9), 60)
    projet, reste = emise(situation([travail, autre]), SEPTEMBRE)
    du = next(x for x in projet.lignes if x.identite.debut == date(2026, 9, 8))
    credit = decision("-50", identite=du.identite, actes=du.evenements)
    juste = f.rectification(travail, datetime(2026, 9, 10, 16, tzinfo=UTC))
    assert redatee([travail, autre, juste], reste, credit) == {
        "2026-09-08": "-63.00",
        "2026-09-10": "13.00",
    }
    nul = f.rectification(travail, None)
    assert redatee([travail, autre, nul], reste, credit) == {"2026-09-08": "-63.00"}


@given(
    montants=st.lists(st.integers(1, 14_700), min_size=1, max_size=3),
    livree=st.integers(1, 28),
    rendue=st.none() | st.integers(1, 28),
)
def test_fac_13_le_mois_ne_vaut_jamais_que_son_du_moins_ses_decisions(
    montants: list[int], livree: int, rendue: int | None
) -> None:
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    projet, reste = emise(situation([livraison]), SEPTEMBRE)
    decisions, total = [], 0
    for rang, cents in enumerate(montants):
        if total + cents <= 14_700:
            total += cents
            decisions.append(decision(str(Montant(-cents)), rang, actes=(livraison.acte_id,)))
    faits: list[Appris] = [
        livraison, f.rectification(livraison, datetime(2026, 9, livree, 16, tzinfo=UTC))
    ]  # fmt: skip
    if rendue is not None:
        faits.append(f.recuperation("p", date(2026, 9, rendue), heure=18))
    suivante, _ = emise(suite(reste, situation(faits), *decisions), SEPTEMBRE.suivant)
    brut = situation(faits).projeter(SEPTEMBRE).totaux.avant_taxes
    septembre = [x for p in (projet, suivante) for x in p.lignes if x.identite.periode == SEPTEMBRE]
    assert sum(x.montant.cents for x in septembre) == max(brut.cents - total, 0)


@given(
    credits_=st.lists(
        st.tuples(st.sampled_from([1, 12, 16, 20]), st.integers(1, 9_000)), max_size=5
    ),
    livree=st.integers(1, 30),
    nulle=st.booleans(),
)
def test_fac_13_un_credit_ne_touche_que_ce_que_ses_actes_rendent_du(
    credits_: list[tuple[int, int]], livree: int, nulle: bool
) -> None:
    """Deux vies, un prix changé le 16, des crédits au hasard, puis la première redatée ou nulle."""
    f = Faits()
    une, autre = f.livraison("p", date(2026, 9, 1)), f.livraison("p", date(2026, 9, 20))
    fin = f.recuperation("p", date(2026, 9, 12))
    t = tarification(fiche(), fiche(2, date(2026, 9, 6), POSTE_01="150"))
    juste = None if nulle else datetime(2026, 9, livree, 16, tzinfo=UTC)
    faits: list[Appris] = [une, fin, autre, f.rectification(une, juste)]
    creances = situation(faits, t).etendue.calculer(t, SEPTEMBRE).creances
    decisions = [
        replace(
            decision(str(Montant(-cents)), rang, replace(LIGNE, debut=date(2026, 9, jour)),
                     (une.acte_id,)),
            fin=date(2026, 9, jour + 5),
        )
        for rang, (jour, cents) in enumerate(credits_)
    ]  # fmt: skip
    parts = imputer(decisions, creances)
    dus = {c.identite: c for c in creances}
    assert parts.keys() <= dus.keys()
    for identite, part in parts.items():
        assert ZERO <= dus[identite].montant + part.montant <= dus[identite].montant
        assert une.acte_id in dus[identite].evenements or identite.debut.day in dict(credits_)
    assert sum((p.montant for p in parts.values()), ZERO) >= somme(decisions)
