"""CI-14 : à besoin égal, ce que coûte un scénario; CI-15 : lequel est au plus bas prix."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from courtier.catalogue.domaine import (
    Composition,
    Conversion,
    Engagement,
    GrillePrix,
    Indexation,
    LieuHebergement,
    Modalites,
    OffreAuCatalogue,
    Periodicite,
    Prix,
    Zone,
)
from courtier.dossiers.domaine.actes import ScenarioChiffre
from courtier.dossiers.domaine.besoins import Exigence, Nature, PeriodeBesoin
from courtier.dossiers.domaine.choix import Comparaison
from courtier.dossiers.domaine.conformite import conformes_ensemble
from courtier.dossiers.domaine.scenarios import (
    Chiffrage,
    ComposanteVoulue,
    Empechement,
    Provenance,
    recalculer,
)
from noyau import Conflit, Montant
from services.courtier.tests import builders as b
from services.courtier.tests import parcours as p


def vendre(
    *composantes: tuple[str, str, Periodicite], modalites: Modalites, impose: int | None = None
) -> OffreAuCatalogue:
    """L'offre `COURRIEL`, à ces (code, prix, périodicité); son engagement impose tant d'unités."""
    prix = Composition(
        tuple(b.composante(code, montant, quand) for code, montant, quand in composantes), modalites
    )
    version = Prix(1, date(2026, 9, 1), prix, b.LE_2_SEPTEMBRE)
    engagement = None if impose is None else Engagement(quantite_minimale=impose)
    decrite = replace(b.caracteristiques(), engagement=engagement)
    return OffreAuCatalogue(
        b.offre(b.COURRIEL, decrite=decrite), GrillePrix(b.COURRIEL, (version,))
    )


def chiffrer(
    vendue: OffreAuCatalogue, *voulues: ComposanteVoulue, quantites: tuple[int, ...] = (100, 120)
) -> Chiffrage:
    [voulue] = p.scenario(p.CHER, b.COURRIEL).offres
    scenario = replace(
        p.scenario(p.CHER, b.COURRIEL), offres=(replace(voulue, composantes=voulues),)
    )
    return scenario.chiffrer(
        p.besoins(*quantites),
        entente=b.ENTENTE,
        catalogue={b.COURRIEL: vendue},
        le=b.LE_2_SEPTEMBRE,
    )


def unites(chiffrage: Chiffrage) -> list[int]:
    [element] = chiffrage.elements
    return [q.quantite for q in element.composantes[0].quantites]


BAISSE = Modalites(baisse_permise=True)
UNE = ("base", "10.00", Periodicite.MOIS)


def test_ci_14_cas_d_or_une_unite_sert_vingt_cinq_usagers() -> None:
    indexees = Modalites(baisse_permise=True, indexation=Indexation(Decimal("0.10"), 12))
    vendue = vendre(UNE, ("entree", "500.00", Periodicite.UNIQUE), modalites=indexees)
    chiffre = chiffrer(
        vendue,
        ComposanteVoulue(code="base", sert=Decimal(25)),
        ComposanteVoulue(code="entree", quantites=1),
    )
    # 100 usagers : 4 unités × 12 × 10 $; 120 : 5 × 12 × 11 $; une entrée.
    assert unites(chiffre) == [4, 5]
    assert str(chiffre.total) == "1640.00"
    assert [(x.composante, x.du_mois, x.au_mois, x.quantite, x.cout) for x in chiffre.lignes] == [
        ("base", 1, 12, 4, Decimal("480.000000")),
        ("base", 13, 24, 5, Decimal("660.000000")),
        ("entree", 1, 1, 1, Decimal("500.000000")),
    ]


@pytest.mark.parametrize(
    ("baisse", "minimum", "quantites", "attendues"),
    [
        (True, 0, (100, 40, 60), [100, 40, 60]),
        (False, 0, (100, 40, 60), [100, 100, 100]),
        (False, 0, (40, 100, 60), [40, 100, 100]),
        (True, 50, (100, 40, 60), [100, 50, 60]),
        (False, 50, (10, 60, 20), [50, 60, 60]),
    ],
)
def test_ci_14_le_minimum_s_ajoute_et_sans_baisse_on_garde_ce_qu_on_a_pris(
    *, baisse: bool, minimum: int, quantites: tuple[int, ...], attendues: list[int]
) -> None:
    vendue = vendre(UNE, modalites=Modalites(baisse_permise=baisse), impose=minimum)
    voulue = ComposanteVoulue(code="base", sert=Decimal(1))
    assert unites(chiffrer(vendue, voulue, quantites=quantites)) == attendues


@given(
    quantites=st.lists(st.integers(0, 500), min_size=1, max_size=3).filter(any),
    sert=st.integers(1, 60),
    minimum=st.integers(0, 30),
    baisse=st.booleans(),
    centimes=st.integers(0, 9_999),
    hausse=st.sampled_from([None, Indexation(Decimal("0.03"), 7), Indexation(Decimal("0.02"), 12)]),
)
def test_ci_14_on_trouve_le_meme_total_en_payant_chaque_mois(
    quantites: list[int],
    sert: int,
    minimum: int,
    baisse: bool,
    centimes: int,
    hausse: Indexation | None,
) -> None:
    prix = Decimal(centimes) / 100
    vendue = vendre(("base", str(prix), Periodicite.MOIS), modalites=Modalites(
        baisse_permise=baisse, indexation=hausse
    ), impose=minimum)  # fmt: skip
    chiffre = chiffrer(
        vendue,
        ComposanteVoulue(code="base", sert=Decimal(sert)),
        quantites=tuple(quantites),
    )
    paye, gardees = Fraction(), 0
    for mois in range(1, 12 * len(quantites) + 1):
        voulues = quantites[(mois - 1) // 12]
        prises = max(voulues // sert + (voulues % sert > 0), minimum)
        gardees = prises if baisse else max(prises, gardees)
        du_mois = Fraction(prix)
        if hausse is not None:
            for _ in range((mois - 1) // hausse.tous_les_mois):
                du_mois *= 1 + Fraction(hausse.taux)
        paye += gardees * du_mois
    assert chiffre.total == Montant.de(paye)
    assert abs(sum(x.cout for x in chiffre.lignes) - chiffre.total.decimal) < Decimal("0.0051")


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=8))
def test_ci_15_le_moins_cher_des_conformes_par_force_brute(
    dits: list[tuple[int, bool]],
) -> None:
    """Chaque scénario conforme est le plus bas si, et seulement si, nul autre ne coûte moins."""
    modele = p.calculs()[0]
    assert isinstance(modele, Chiffrage)
    calculs, conformes, couts = [], set(), {}
    for rang, (unites_, conforme) in enumerate(dits):
        identifiant = UUID(int=5000 + rang)
        couts[identifiant] = unites_
        elements = b.elements(courriel=str(unites_), tableur="0.00")
        calculs.append(replace(modele, scenario_id=identifiant, elements=elements))
        if conforme:
            conformes.add(identifiant)
    attendus = {s for s in conformes if all(couts[s] <= couts[autre] for autre in conformes)}
    trouves = Comparaison.de(calculs, conformes)
    assert trouves.plus_bas == attendus
    for identifiant, autre in product(conformes, conformes):
        ecart, de_l_autre = trouves.ecart(identifiant), trouves.ecart(autre)
        assert ecart is not None
        assert de_l_autre is not None
        assert (ecart <= de_l_autre) == (couts[identifiant] <= couts[autre])


def test_ci_15_a_prix_egal_chacun_est_le_plus_bas() -> None:
    comparaison = Comparaison.de(p.calculs(cher="10.00"), {p.CHER, p.BAS})
    assert comparaison.plus_bas == {p.CHER, p.BAS}
    assert comparaison.permet(p.CHER, [])
    assert comparaison.permet(p.BAS, [])


def test_ci_14_aucun_conforme_rien_n_est_le_plus_bas() -> None:
    comparaison = Comparaison.de(p.calculs(), frozenset())
    assert (comparaison.plus_bas, comparaison.prix_plus_bas) == (frozenset(), None)
    assert not comparaison.permet(p.BAS, [p.autorisation(scenario_id=p.BAS)])


def test_ci_14_un_scenario_qui_ne_se_chiffre_plus_dit_pourquoi_et_ne_compte_pas() -> None:
    sans_prix = {
        **p.marche(),
        b.TABLEUR: replace(p.marche()[b.TABLEUR], grille=GrillePrix(b.TABLEUR)),
    }
    cher, bas = recalculer(
        p.SCENARIOS, p.besoins(), ententes=p.ENTENTES, catalogue=sans_prix, le=b.LE_2_SEPTEMBRE
    )
    assert isinstance(cher, Chiffrage)
    assert isinstance(bas, Empechement)
    assert "pas de prix" in bas.motif
    assert Comparaison.de((cher, bas), {p.CHER, p.BAS}).plus_bas == {p.CHER}


def test_ci_14_une_composante_dit_ce_qu_elle_sert_ou_ses_quantites() -> None:
    with pytest.raises(Conflit) as refus:
        ComposanteVoulue(code="base", sert=Decimal(1), quantites=3)
    assert refus.value.regle == "CI-14"


@pytest.mark.parametrize(
    ("mesure", "sert", "attendu"),
    [
        ("usager", None, [67, 80]),
        ("usager", Decimal("1.5"), [67, 80]),
        ("usager", Decimal(1), None),
        ("gigaoctet", Decimal(1), [100, 120]),
        ("gigaoctet", None, None),
    ],
)
def test_ci_14_la_conversion_que_publie_l_offre_l_emporte(
    mesure: str, sert: Decimal | None, attendu: list[int] | None
) -> None:
    vendue = vendre(UNE, modalites=BAISSE)
    decrite = replace(
        vendue.offre.caracteristiques,
        conversion=Conversion(mesure=mesure, par_unite=Decimal("1.5")),
    )
    convertie = replace(vendue, offre=replace(vendue.offre, caracteristiques=decrite))
    voulue = ComposanteVoulue(code="base", sert=sert)
    if attendu is None:
        with pytest.raises(Conflit) as refus:
            chiffrer(convertie, voulue)
        assert refus.value.regle == "CI-14"
    else:
        assert unites(chiffrer(convertie, voulue)) == attendu


def test_ci_14_ce_que_l_offre_impose_s_ajoute() -> None:
    vendue = vendre(UNE, modalites=BAISSE)
    imposes = Engagement(quantite_minimale=110, duree_minimale_mois=24)
    decrite = replace(vendue.offre.caracteristiques, engagement=imposes)
    engagee = replace(vendue, offre=replace(vendue.offre, caracteristiques=decrite))
    voulue = ComposanteVoulue(code="base", sert=Decimal(1))
    assert unites(chiffrer(engagee, voulue)) == [110, 120]
    with pytest.raises(Conflit, match="24 mois au moins"):
        chiffrer(engagee, voulue, quantites=(100,))


def test_ci_14_la_base_dit_ce_qu_elle_sert() -> None:
    [voulue] = p.SCENARIOS[0].offres
    fixe = replace(voulue, composantes=(ComposanteVoulue(code="base", quantites=3),))
    with pytest.raises(Conflit, match="besoin égal"):
        replace(p.SCENARIOS[0], offres=(fixe,))


def test_ci_13_le_lieu_retenu_est_de_ceux_de_l_offre() -> None:
    [voulue] = p.SCENARIOS[0].offres
    ailleurs = replace(p.SCENARIOS[0], offres=(replace(voulue, lieu="Dublin"),))
    offre = b.offre(b.COURRIEL)
    decrite = replace(
        offre.caracteristiques, lieux_hebergement=(LieuHebergement("Montréal", Zone.QUEBEC),)
    )
    catalogue = {
        b.COURRIEL: replace(p.marche()[b.COURRIEL], offre=replace(offre, caracteristiques=decrite))
    }
    with pytest.raises(Conflit) as refus:
        ailleurs.chiffrer(p.besoins(), entente=b.ENTENTE, catalogue=catalogue, le=b.LE_2_SEPTEMBRE)
    assert refus.value.regle == "CI-13"


@pytest.mark.parametrize(
    ("periodes", "duree", "regle"),
    [
        (((1, 12, 40),), 24, "CI-14"),
        (((1, 24, 0),), 24, "CI-14"),
        (((1, 12, 40), (12, 24, 40)), 24, "CI-14"),
        (((1, 24, 40), (6, 5, 400)), 24, "CI-14"),
        (((1, 37, 40),), 37, "CI-17"),
        ((), 0, "CI-17"),
    ],
)
def test_ci_13_des_besoins_qui_ne_se_tiennent_pas(
    periodes: tuple[tuple[int, int, int], ...], duree: int, regle: str
) -> None:
    consommation = tuple(PeriodeBesoin(*periode) for periode in periodes)
    with pytest.raises(Conflit) as refus:
        replace(p.besoins(), duree_mois=duree, consommation=consommation)
    assert refus.value.regle == regle


def test_ci_15_nul_ne_gonfle_un_rival_d_un_minimum_de_son_cru() -> None:
    """Le minimum imposé ne vient que de l'engagement publié; un scénario d'avant se relit."""
    garde = TypeAdapter(ScenarioChiffre).dump_python(
        ScenarioChiffre(scenario=p.SCENARIOS[0], calcul=p.calculs()[0]), mode="json"
    )
    [offre] = garde["scenario"]["offres"]
    offre["composantes"][0]["minimum"] = 1_000
    del garde["calcul"]["unites"]
    relu = TypeAdapter(ScenarioChiffre).validate_python(garde)
    assert relu.scenario == p.SCENARIOS[0]
    assert isinstance(relu.calcul, Chiffrage)
    assert relu.calcul.unites == ()


def test_ci_14_un_calcul_dit_d_ou_viennent_ses_unites() -> None:
    vendue = vendre(UNE, ("entree", "500.00", Periodicite.UNIQUE), modalites=BAISSE, impose=110)
    entree = ComposanteVoulue(code="entree", quantites=3)
    dit = chiffrer(vendue, ComposanteVoulue(code="base", sert=Decimal(1)), entree)
    base, forfait = dit.unites
    assert (base.provenance, base.sert, base.minimum) == (
        Provenance.CONVERSION_DITE, Decimal(1), 110,
    )  # fmt: skip
    assert (forfait.provenance, forfait.sert, forfait.minimum) == (
        Provenance.QUANTITES_DITES, None, 0,
    )  # fmt: skip
    publiee = Conversion(mesure="usager", par_unite=Decimal(25))
    decrite = replace(vendue.offre.caracteristiques, conversion=publiee)
    convertie = replace(vendue, offre=replace(vendue.offre, caracteristiques=decrite))
    [base] = chiffrer(convertie, ComposanteVoulue(code="base")).unites
    assert (base.provenance, base.sert) == (Provenance.PUBLIEE, Decimal(25))


@pytest.mark.parametrize(
    ("une", "autre", "attendu"),
    [
        ({"boite", "chiffre"}, {"tableur", "chiffre"}, True),
        ({"boite", "tableur", "chiffre"}, {"chiffre"}, True),
        ({"boite", "tableur", "chiffre"}, {"tableur"}, False),
        ({"boite", "chiffre"}, {"boite", "chiffre"}, False),
    ],
)
def test_ci_14_des_offres_se_completent_par_leurs_fonctions(
    une: set[str], autre: set[str], *, attendu: bool
) -> None:
    """Chaque fonction par l'une d'elles, chaque autre exigence par toutes."""
    natures = {
        "boite": Nature.FONCTION, "tableur": Nature.FONCTION, "chiffre": Nature.SECURITE,
    }  # fmt: skip
    besoins = replace(p.besoins(), exigences=tuple(Exigence(c, n, "") for c, n in natures.items()))
    assert conformes_ensemble([frozenset(une), frozenset(autre)], besoins) is attendu
