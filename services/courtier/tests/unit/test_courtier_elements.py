"""CI-14 : ce que coûtent des composantes, mois par mois; leurs quantités par période."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.catalogue.domaine import (
    Composante,
    Composition,
    Indexation,
    Modalites,
    OffreAuCatalogue,
    Periodicite,
    Prix,
)
from courtier.contrats.domaine.termes import Termes
from courtier.dossiers.domaine.elements import (
    ComposanteRetenue,
    Element,
    QuantitePeriode,
    Quantites,
    composer,
    exiger_memes_prix,
)
from noyau import Conflit
from services.courtier.tests.builders import (
    COURRIEL,
    ENTENTE,
    LE_2_SEPTEMBRE,
    composante,
    grille,
    offre,
)

DEBUT = date(2026, 10, 1)
DEUX_POUR_CENT_PAR_AN = Indexation(Decimal("0.02"), 12)
UNIQUE, ANNEE, MOIS = Periodicite.UNIQUE, Periodicite.ANNEE, Periodicite.MOIS


def prix(*composantes: Composante, modalites: Modalites | None = None) -> Prix:
    composition = Composition(composantes, modalites or Modalites())
    return Prix(1, date(2026, 9, 1), composition, LE_2_SEPTEMBRE)


def contrat(publie: Prix, mois: int, **voulues: Quantites) -> Termes:
    """Un contrat d'une offre à ce prix."""
    entrees = {COURRIEL: OffreAuCatalogue(offre(), replace(grille(COURRIEL), versions=(publie,)))}
    elements = composer(
        {COURRIEL: voulues},
        duree_mois=mois,
        entente=ENTENTE,
        catalogue=entrees,
        le=date(2026, 9, 2),
    )
    return Termes(DEBUT, mois, elements)


def periodes(*triplets: tuple[int, int, int]) -> tuple[QuantitePeriode, ...]:
    return tuple(QuantitePeriode(*triplet) for triplet in triplets)


def test_ci_14_cent_postes_puis_cent_vingt_indexes_et_une_entree() -> None:
    """100 × 12,50 × 12 = 15 000; 120 × 12,75 × 12 = 18 360; 1 800 une fois : 35 160,00 $."""
    publie = prix(
        composante(),
        composante("entree", "1800", UNIQUE),
        modalites=Modalites(baisse_permise=True, indexation=DEUX_POUR_CENT_PAR_AN),
    )
    termes = contrat(publie, 24, base=periodes((1, 12, 100), (13, 24, 120)), entree=1)
    assert str(termes.montant) == "35160.00"


@pytest.mark.parametrize(
    ("prix_annuel", "mois", "attendu"),
    [
        ("1200", 36, "36000.00"),  # 10 × 1 200 × 3 années
        ("1200", 18, "18000.00"),  # 10 × 1 200 × 1,5 année
        ("1000", 1, "833.33"),  # 10 × 1 000 / 12 = 833,333…
        ("0.01", 7, "0.06"),  # 10 × 0,01 × 7 / 12 = 0,058333…
    ],
)
def test_ci_14_une_annee_se_paie_au_prorata_des_mois(
    prix_annuel: str, mois: int, attendu: str
) -> None:
    termes = contrat(prix(composante(prix=prix_annuel, periodicite=ANNEE)), mois, base=10)
    assert str(termes.montant) == attendu


def test_ci_14_l_indexation_se_compose_et_ne_s_arrondit_qu_a_la_fin() -> None:
    """Mois 1-6 : 10,00; 7-12 : 10,10; 13-18 : 10,201; 6 mois de chacun, 3 unités.

    3 × 6 × (10 + 10,10 + 10,201) = 18 × 30,301 = 545,418. Des prix arrondis (10,20) donneraient
    545,40; une hausse sans composition (10,20) aussi.
    """
    indexe = Modalites(indexation=Indexation(Decimal("0.01"), 6))
    termes = contrat(prix(composante(prix="10"), modalites=indexe), 18, base=3)
    assert str(termes.montant) == "545.42"


def test_ci_14_une_composante_unique_se_paie_une_fois_au_prix_de_son_mois() -> None:
    """La sortie, au mois 13 : 2 × 1 000 × 1,02 = 2 040; la base est gratuite."""
    publie = prix(
        composante(prix="0"),
        composante("sortie", "1000", UNIQUE),
        modalites=Modalites(indexation=DEUX_POUR_CENT_PAR_AN),
    )
    termes = contrat(publie, 24, base=1, sortie=periodes((13, 13, 2)))
    assert str(termes.montant) == "2040.00"


def test_ci_14_la_forme_courte_vaut_pour_toute_la_duree() -> None:
    publie = prix(composante())
    court, long = contrat(publie, 24, base=40), contrat(publie, 24, base=periodes((1, 24, 40)))
    assert court == long
    assert str(court.montant) == "12000.00"


COUTS = st.fixed_dictionaries(
    {
        "prix": st.decimals(0, Decimal("9999.999999"), places=6),
        "periodicite": st.sampled_from([MOIS, ANNEE]),
        "par_mois": st.lists(st.integers(0, 5_000), min_size=1, max_size=36),
        "taux": st.none() | st.decimals(Decimal("0.000001"), 1, places=6),
        "tous_les_mois": st.integers(1, 36),
    }
)


@given(COUTS)
def test_ci_14_le_montant_est_celui_qu_on_trouve_en_payant_chaque_mois(
    cas: dict[str, Any],
) -> None:
    """L'oracle : un caissier qui paie mois par mois, et hausse son prix quand vient le temps."""
    quantites: list[int] = cas["par_mois"]
    taux, pas = cas["taux"], cas["tous_les_mois"]
    indexation = Indexation(taux, pas) if taux else None
    publie = prix(
        replace(composante(), prix=cas["prix"], periodicite=cas["periodicite"]),
        composante("entree", "1.00", UNIQUE),
        modalites=Modalites(baisse_permise=True, indexation=indexation),
    )
    voulues = periodes(*((rang, rang, q) for rang, q in enumerate(quantites, 1)))
    termes = contrat(publie, len(quantites), base=voulues, entree=1)

    courant, paye = Fraction(cas["prix"]), Fraction(1)
    if cas["periodicite"] is ANNEE:
        courant /= 12
    for passe, quantite in enumerate(quantites):
        if indexation and passe and passe % indexation.tous_les_mois == 0:
            courant += courant * Fraction(indexation.taux)
        paye += quantite * courant
    large = Context(prec=400)
    exact = large.divide(Decimal(paye.numerator), Decimal(paye.denominator))
    attendu = exact.quantize(Decimal("0.01"), ROUND_HALF_UP, context=large)
    assert termes.montant.decimal == attendu


@pytest.mark.parametrize(
    ("quantites", "raison"),
    [
        (((2, 12, 1),), "du mois 1 au mois 12"),
        (((1, 11, 1),), "du mois 1 au mois 12"),
        (((1, 13, 1),), "du mois 1 au mois 12"),
        (((1, 6, 1), (8, 12, 1)), "du mois 1 au mois 12"),
        (((1, 6, 1), (6, 12, 1)), "du mois 1 au mois 12"),
        (((1, 12, 1), (1, 12, 1)), "du mois 1 au mois 12"),
        (((1, 12, 1), (7, 6, 1)), "du mois 1 au mois 12"),
        (((1, 6, 2), (7, 12, 1)), "ne peut baisser"),
        (((1, 12, 0),), "aucune unité"),
    ],
)
def test_ci_14_les_periodes_font_la_duree_sans_trou_ni_chevauchement_ni_baisse(
    quantites: tuple[tuple[int, int, int], ...], raison: str
) -> None:
    with pytest.raises(Conflit, match=raison) as refus:
        contrat(prix(composante()), 12, base=periodes(*quantites))
    assert refus.value.regle == "CI-14"
    assert refus.value.details == {"offre_id": str(COURRIEL), "composante": "base"}


@pytest.mark.parametrize("quantites", [((1, 12, 1),), ((1, 1, 1), (2, 2, 1)), ((13, 13, 1),), ()])
def test_ci_14_une_composante_unique_ne_se_compte_qu_une_fois(
    quantites: tuple[tuple[int, int, int], ...],
) -> None:
    publie = prix(composante(), composante("entree", "1800", UNIQUE))
    with pytest.raises(Conflit, match="qu'une fois") as refus:
        contrat(publie, 12, base=1, entree=periodes(*quantites))
    assert refus.value.details["composante"] == "entree"


def test_ci_14_des_periodes_se_donnent_dans_n_importe_quel_ordre() -> None:
    permise = Modalites(baisse_permise=True)
    [element] = contrat(
        prix(composante(), modalites=permise), 12, base=periodes((7, 12, 1), (1, 6, 2))
    ).elements
    assert element.composantes[0].quantites == periodes((1, 6, 2), (7, 12, 1))


@pytest.mark.parametrize(
    ("voulues", "raison"),
    [
        ({"entree": 1}, "sans sa base"),
        ({"base": 1, "surplus": 1}, "n'a pas de composante : surplus"),
    ],
)
def test_ci_14_on_ne_retient_que_ce_que_le_prix_publie(
    voulues: dict[str, Quantites], raison: str
) -> None:
    publie = prix(composante(), composante("entree", "1800", UNIQUE))
    with pytest.raises(Conflit, match=raison) as refus:
        contrat(publie, 12, **voulues)
    assert refus.value.regle == "CI-14"


def test_ci_15_toute_composante_changee_du_contrat_se_nomme() -> None:
    indexe = Modalites(indexation=DEUX_POUR_CENT_PAR_AN)
    entree, surplus = composante("entree", "1800", UNIQUE), composante("surplus", "1")
    figes = contrat(prix(composante(), entree, surplus, modalites=indexe), 24, base=40, entree=1)

    def changements(publie: Prix) -> list[tuple[object, ...]]:
        with pytest.raises(Conflit) as refus:
            exiger_memes_prix(figes.elements, {COURRIEL: publie})
        details: Any = refus.value.details["prix"]
        return [(d["composante"], d["changements"], d["prix_publie"]) for d in details]

    # Ce que l'offre a de plus, un autre libellé, un nouveau rang au même prix : rien ne change.
    reste = prix(replace(composante(), libelle="Autrement dit"), entree, modalites=indexe)
    exiger_memes_prix(figes.elements, {COURRIEL: replace(reste, version=7)})
    assert changements(
        prix(composante(prix="13"), entree, replace(surplus, prix=Decimal(9)), modalites=indexe)
    ) == [("base", ["prix"], "13")]
    assert changements(prix(composante(), modalites=indexe)) == [("entree", ["composante"], None)]
    assert changements(
        prix(replace(composante(), unite="boite", periodicite=ANNEE), entree, modalites=indexe)
    ) == [("base", ["periodicite", "unite"], "12.50")]
    assert changements(prix(composante(), entree)) == [
        ("base", ["indexation"], "12.50"), ("entree", ["indexation"], "1800")
    ]  # fmt: skip


def test_ci_14_un_montant_qu_aucun_evenement_ne_porte_est_refuse() -> None:
    chere = ComposanteRetenue(
        code="base", libelle="Base", unite="unite", periodicite=MOIS,
        prix=Decimal(99999999), quantites=periodes((1, 36, 1_000_000)),
    )  # fmt: skip
    doublee = Modalites(indexation=Indexation(Decimal(1), 1))
    for modalites in (Modalites(), doublee):
        element = Element(
            offre_id=COURRIEL,
            version_offre=1,
            version_prix=1,
            composantes=(chere,),
            modalites=modalites,
        )
        with pytest.raises(Conflit, match="dépasse"):
            Termes(DEBUT, 36, (element,))
