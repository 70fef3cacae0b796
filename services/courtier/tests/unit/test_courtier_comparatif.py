"""Des scénarios côte à côte : ce qui fait la différence, et leur page (CI-14, CI-15)."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader

from courtier.catalogue.domaine import Periodicite
from courtier.dossiers.adaptateurs.rendus.page_scenarios import COLONNES, rendre
from courtier.dossiers.cas_usage.comparatif import Confrontation
from courtier.dossiers.domaine.actes import Geste, ScenarioChiffre
from courtier.dossiers.domaine.comparatif import Ecart, comparer
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.elements import ComposanteRetenue, QuantitePeriode
from courtier.dossiers.domaine.scenarios import (
    Chiffrage,
    ComposanteVoulue,
    Empechement,
    Provenance,
    Scenario,
    UnitesDites,
)
from noyau import Montant
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)
from services.courtier.tests.builders import AUTRE_FOURNISSEUR, FOURNISSEUR, LE_2_SEPTEMBRE
from services.courtier.tests.parcours import (
    BAS,
    CHER,
    SCENARIOS,
    calculs,
    choix,
    marche,
    mene,
    poser,
)

SOUTIEN = ComposanteRetenue(
    code="soutien", libelle="Soutien 24 h", unite="mois", periodicite=Periodicite.ANNEE,
    prix=Decimal("600.00"), quantites=(QuantitePeriode(1, 24, 1),),
)  # fmt: skip


def avec_soutien(scenario: Scenario, calcul: Chiffrage) -> ScenarioChiffre:
    """Le même scénario, et une composante que l'autre n'a pas."""
    [offre], [element] = scenario.offres, calcul.elements
    voulue = ComposanteVoulue(code="soutien", quantites=1)
    offres = (replace(offre, composantes=(*offre.composantes, voulue)),)
    elements = (replace(element, composantes=(*element.composantes, SOUTIEN)),)
    dites = UnitesDites(
        offre_id=offre.offre_id, composante="soutien", provenance=Provenance.QUANTITES_DITES,
        sert=None, minimum=0,
    )  # fmt: skip
    change = replace(calcul, elements=elements, unites=(*calcul.unites, dites))
    return ScenarioChiffre(scenario=replace(scenario, offres=offres), calcul=change)


def dossier() -> Dossier:
    """Le cher, avec un soutien; le bas, sans."""
    cher, bas = calculs()
    assert isinstance(cher, Chiffrage)
    return poser(
        mene(Geste.CONFORMITE),
        avec_soutien(SCENARIOS[0], cher),
        ScenarioChiffre(scenario=SCENARIOS[1], calcul=bas),
    )


def confrontation(lu: Dossier) -> Confrontation:
    return Confrontation(
        dossier=lu,
        scenarios=comparer(lu),
        fournisseurs={FOURNISSEUR: "Nuage boréal inc.", AUTRE_FOURNISSEUR: "Ciel bleu ltée"},
        offres={o: x.offre for o, x in marche().items()},
        frais={**dict.fromkeys(lu.scenarios), CHER: Montant.de("432.00")},
    )


def test_ci_14_une_composante_absente_d_un_scenario_se_dit() -> None:
    lus = comparer(dossier())
    assert (lus[CHER].absentes, lus[BAS].absentes) == ((), ("soutien",))
    assert [d.code for d in lus[BAS].differences] == ["base", "soutien"]
    soutien = lus[CHER].differences[1]
    assert soutien.differe == (Ecart.ABSENTE,)
    assert (soutien.cout, soutien.ecart) == (Montant.de(1200), Montant.de(1200))


def test_ci_15_les_ecarts_par_composante_somment_a_l_ecart_du_choix() -> None:
    lu = dossier()
    for identifiant, compare in comparer(lu).items():
        ecarts = [d.ecart for d in compare.differences if d.ecart is not None]
        assert sum(ecarts, Montant(0)) == lu.comparaison.ecart(identifiant)


def test_ci_14_le_prix_fait_la_difference_non_la_quantite_du_meme_besoin() -> None:
    base = comparer(dossier())[CHER].differences[0]
    assert base.differe == (Ecart.PRIX,)
    assert base.ecart == Montant.de(2400)


def test_ci_14_deux_decoupages_d_une_meme_quantite_sont_egaux() -> None:
    [reunie] = comparer(dossier())[BAS].composantes[0].quantites
    assert reunie == QuantitePeriode(1, 24, 40)


def test_ci_14_d_ou_vient_ce_que_sert_une_unite() -> None:
    base, soutien = comparer(dossier())[CHER].composantes
    assert (base.provenance, base.sert) == (Provenance.CONVERSION_DITE, Decimal(1))
    assert (soutien.provenance, soutien.sert) == (Provenance.QUANTITES_DITES, None)


def test_ci_14_deux_conversions_sont_une_difference() -> None:
    [_, bas] = calculs()
    assert isinstance(bas, Chiffrage)
    publiees = tuple(replace(u, provenance=Provenance.PUBLIEE) for u in bas.unites)
    autre = poser(
        mene(Geste.CONFORMITE),
        dossier().actes[-2].contenu,
        ScenarioChiffre(scenario=SCENARIOS[1], calcul=replace(bas, unites=publiees)),
    )
    assert Ecart.CONVERSION in comparer(autre)[BAS].differences[0].differe
    page = rendre(confrontation(autre), LE_2_SEPTEMBRE).replace("\u00a0", " ")
    assert "1 usager par unité, publié par l&#39;offre" in page


def test_ci_14_un_calcul_d_avant_ne_dit_pas_d_ou_viennent_ses_unites() -> None:
    [_, bas] = calculs()
    assert isinstance(bas, Chiffrage)
    seul = ScenarioChiffre(scenario=SCENARIOS[1], calcul=replace(bas, unites=()))
    lu = poser(mene(Geste.CONFORMITE), seul)
    assert comparer(lu)[BAS].composantes[0].provenance is None
    assert "avant qu&#39;on le garde" in rendre(confrontation(lu), LE_2_SEPTEMBRE)


def test_ci_14_un_scenario_empeche_ne_fait_pas_de_difference() -> None:
    empeche = Empechement(scenario_id=BAS, motif="Elle est retirée.", calcule_le=LE_2_SEPTEMBRE)
    lu = poser(dossier(), ScenarioChiffre(scenario=SCENARIOS[1], calcul=empeche))
    lus = comparer(lu)
    assert (lus[BAS].composantes, lus[BAS].differences, lus[BAS].absentes) == ((), (), ())
    assert [d.differe for d in lus[CHER].differences] == [(), ()]
    page = rendre(confrontation(lu), LE_2_SEPTEMBRE)
    assert "Elle est retirée." in page
    assert "ne se chiffre plus" in page


def test_un_dossier_sans_scenario_a_sa_page() -> None:
    lu = mene(Geste.CONSULTATION)
    assert comparer(lu) == {}
    assert "Aucun scénario encore." in rendre(confrontation(lu), LE_2_SEPTEMBRE)


def test_la_page_met_le_choisi_d_abord_et_se_borne() -> None:
    lu = poser(dossier(), choix(CHER))
    [_, bas] = calculs()
    assert isinstance(bas, Chiffrage)
    for n in range(COLONNES):
        autre = replace(SCENARIOS[1], id=UUID(int=4000 + n), titre=f"Copie {n}")
        lu = poser(lu, ScenarioChiffre(scenario=autre, calcul=replace(bas, scenario_id=autre.id)))
    page = rendre(confrontation(lu), LE_2_SEPTEMBRE)
    entete = page[page.index("<thead") : page.index("</thead>")]
    assert entete.count("<th ") == COLONNES + 1
    assert entete.index("choisi") < entete.index("plus bas prix")
    assert "2 de plus se lisent en JSON" in page


@pytest.fixture
def page() -> str:
    exiger_chromium()
    return rendre(confrontation(poser(dossier(), choix(CHER))), LE_2_SEPTEMBRE)


def test_ci_15_la_page_dit_ce_qui_fait_la_difference() -> None:
    page = rendre(confrontation(dossier()), LE_2_SEPTEMBRE).replace("\u00a0", " ")
    for morceau in (
        "diffèrent : le prix",
        "diffèrent : absente d&#39;un scénario",
        "mois 1 à 24 : 40 unité × 12,50 $ par mois",
        "2 400,00 $ de plus que le plus bas",
        "1 usager par unité, dit par l&#39;organisme",
        "quantités dites par l&#39;organisme",
    ):
        assert morceau in page, morceau


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


@pytest.mark.parametrize("largeur", [320, 768, 1280])
def test_rien_ne_deborde(page: str, tmp_path: Path, largeur: int) -> None:
    assert ce_qui_deborde(page, tmp_path, largeur) == []


def test_elle_s_imprime_entiere(page: str, tmp_path: Path) -> None:
    texte = texte_imprime(PdfReader(imprimer(page, tmp_path)).pages)
    for morceau in ("Scénarios côte à côte", "Ce qui fait la différence", "Ce que sert une unité"):
        assert morceau in texte
