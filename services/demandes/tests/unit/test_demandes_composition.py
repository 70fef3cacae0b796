"""Les faits de mesure, calculés des produits (DEM-2, DEM-3, CAT-1, CAT-3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.demande.domaine.composition import UNITES_MAX, Besoin, articles_de, constater
from demandes.demande.domaine.demande import FaitsDeMesure, Sorte
from noyau import Conflit
from services.demandes.tests.builders import ESPACE, PRODUITS, demande, produit


def faits(sorte: Sorte, *codes: str) -> FaitsDeMesure:
    return demande(sorte, *codes).faits


@pytest.mark.parametrize(
    ("sorte", "codes", "requise"),
    [
        (Sorte.POSTE_PHYSIQUE, ("PORTABLE-14",), True),
        (Sorte.LOGICIEL, ("NAVIGATEUR",), False),
        (Sorte.LOGICIEL, ("GRATUIT",), False),
        (Sorte.LOGICIEL, ("NAVIGATEUR", "DESSIN"), True),
        (Sorte.AMENAGEMENT_UTILISATEUR, (), True),
        (Sorte.SOUTIEN_ETENDU, (), True),
        (Sorte.APPAREIL_MOBILE, ("TELEPHONE",), True),
    ],
)
def test_dem_3_une_demande_tarifee_exige_une_approbation(
    sorte: Sorte, codes: tuple[str, ...], requise: bool
) -> None:
    assert faits(sorte, *codes).approbation_requise is requise


@pytest.mark.parametrize(
    ("sorte", "codes", "multiple"),
    [
        (Sorte.POSTE_PHYSIQUE, ("PORTABLE-14",), False),
        (Sorte.POSTE_PHYSIQUE, ("PORTABLE-14", "MON-24", "MON-24", "DESSIN"), False),
        (Sorte.POSTE_PHYSIQUE, ("PORTABLE-14", "PORTABLE-14"), True),
        (Sorte.POSTE_PHYSIQUE, ("PORTABLE-14", "HAUTE"), True),
        (Sorte.LOGICIEL, ("DESSIN",), False),
        (Sorte.LOGICIEL, ("DESSIN", "GRATUIT"), True),
    ],
)
def test_condition_a_deux_unites_a_acquerir_hors_peripheriques(
    sorte: Sorte, codes: tuple[str, ...], multiple: bool
) -> None:
    assert faits(sorte, *codes).acquisition_multiple is multiple


def test_condition_b_configuration_non_normalisee() -> None:
    assert faits(Sorte.POSTE_VIRTUEL, "VIRTUEL").configuration_normalisee
    assert not faits(Sorte.POSTE_VIRTUEL, "VIRTUEL", "SUR-MESURE").configuration_normalisee


@pytest.mark.parametrize(
    ("champs", "payant"),
    [
        ({"prix": Decimal("0.01")}, True),
        ({"prix": Decimal(0)}, False),
        ({"prix": None}, False),
        ({"prix": Decimal(120), "noyau": True}, False),
        ({"prix": Decimal(120), "sorte": "moniteur"}, False),
    ],
)
def test_condition_c_logiciel_hors_noyau_a_prix_positif(
    champs: dict[str, object], payant: bool
) -> None:
    assert produit(**{"sorte": "logiciel", **champs}).est_logiciel_payant is payant  # type: ignore[arg-type]


def test_condition_e_la_gamme_est_celle_du_poste_le_plus_exigeant() -> None:
    assert faits(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "MON-24").gamme == "ordinaire"
    assert faits(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "HAUTE").gamme == "haute_performance"
    assert faits(Sorte.LOGICIEL, "DESSIN").gamme is None


@pytest.mark.parametrize(
    ("sorte", "codes", "regle"),
    [
        (Sorte.POSTE_PHYSIQUE, ("ABSENT",), "CAT-1"),
        (Sorte.POSTE_PHYSIQUE, ("ANCIEN",), "CAT-1"),
        (Sorte.POSTE_PHYSIQUE, ("CABINET",), "CAT-3"),
        (Sorte.POSTE_PHYSIQUE, ("DESSIN",), "DEM-1"),
        (Sorte.POSTE_PHYSIQUE, ("PORTABLE-14", "VIRTUEL"), "DEM-1"),
        (Sorte.LOGICIEL, ("DESSIN", "MON-24"), "DEM-1"),
        (Sorte.SOUTIEN_ETENDU, ("DESSIN",), "DEM-1"),
        (Sorte.AMENAGEMENT_UTILISATEUR, ("DESSIN",), "DEM-1"),
        (Sorte.APPAREIL_MOBILE, (), "DEM-1"),
    ],
)
def test_un_besoin_qui_ne_tient_pas_est_refuse(
    sorte: Sorte, codes: tuple[str, ...], regle: str
) -> None:
    with pytest.raises(Conflit) as refus:
        demande(sorte, *codes)
    assert refus.value.regle == regle


def test_cat_3_un_haut_dirigeant_peut_avoir_un_produit_reserve() -> None:
    besoin = Besoin(produit="CABINET", haut_dirigeant=True)
    articles = articles_de(ESPACE, Sorte.POSTE_PHYSIQUE, [besoin], PRODUITS)
    assert constater(Sorte.POSTE_PHYSIQUE, articles, PRODUITS).approbation_requise


@given(st.lists(st.tuples(st.sampled_from(sorted(PRODUITS)), st.integers(1, 60)), max_size=8))
def test_dem_7_un_article_par_unite(voulus: list[tuple[str, int]]) -> None:
    besoins = [Besoin(produit=code, quantite=nombre) for code, nombre in voulus]
    total = sum(nombre for _, nombre in voulus)
    if total > UNITES_MAX:
        with pytest.raises(Conflit):
            articles_de(ESPACE, Sorte.LOGICIEL, besoins, PRODUITS)
        return
    articles = articles_de(ESPACE, Sorte.LOGICIEL, besoins, PRODUITS)
    assert len({article.id for article in articles}) == total
    assert [a.produit for a in articles] == [code for code, nombre in voulus for _ in range(nombre)]
