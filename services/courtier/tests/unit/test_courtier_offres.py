"""CI-11, CI-12 : les offres, leurs versions, leur publication."""

from dataclasses import replace

import pytest

from courtier.catalogue.adaptateurs.reference import lire_categories
from courtier.catalogue.domaine import Offre, Qualification
from noyau import Conflit, TransitionImpossible
from services.courtier.tests.builders import (
    AUTRE_FOURNISSEUR,
    CATEGORIES,
    COURRIEL,
    ENTENTE,
    acte,
    caracteristiques,
)


def inscrite() -> Offre:
    return Offre.inscrire(
        COURRIEL, caracteristiques(), entente=ENTENTE, categories=CATEGORIES, acte=acte()
    )


def test_ci_11_les_22_categories_distinctes_du_catalogue() -> None:
    categories = lire_categories()
    assert len(categories) == 22
    assert len(set(categories.values())) == 22
    assert {"courriel", "actifs-informatiques", "operations-securite"} <= categories.keys()


def test_ci_11_une_offre_nait_non_publiee_du_fournisseur_de_l_entente() -> None:
    nee = inscrite()
    assert (nee.version, nee.publiee, nee.fournisseur_id) == (1, False, ENTENTE.fournisseur_id)


@pytest.mark.parametrize("categorie", ["services-professionnels", "", "Courriel"])
def test_ci_17_aucune_categorie_n_admet_de_services_professionnels(categorie: str) -> None:
    with pytest.raises(Conflit) as refus:
        Offre.inscrire(
            COURRIEL,
            caracteristiques(categorie=categorie),
            entente=ENTENTE,
            categories=lire_categories(),
            acte=acte(),
        )
    assert refus.value.regle == "CI-11"


def test_ci_11_publier_une_fois() -> None:
    publiee, fait = inscrite().publier(acte())
    assert (publiee.version, publiee.publiee, fait.offre) == (2, True, publiee)
    with pytest.raises(TransitionImpossible):
        publiee.publier(acte())


def test_ci_12_une_version_d_une_offre_publiee_se_publie_aussitot() -> None:
    nouvelles = caracteristiques(qualification=Qualification.EN_ANALYSE)
    publiee, _ = inscrite().publier(acte())
    modifiee, fait = publiee.modifier(
        nouvelles, entente=ENTENTE, categories=CATEGORIES, acte=acte()
    )
    assert fait is not None
    assert (fait.offre, modifiee.version, modifiee.caracteristiques) == (modifiee, 3, nouvelles)


def test_ci_12_une_version_d_une_offre_non_publiee_ne_publie_rien() -> None:
    modifiee, fait = inscrite().modifier(
        caracteristiques(), entente=ENTENTE, categories=CATEGORIES, acte=acte()
    )
    assert (modifiee.version, modifiee.publiee, fait) == (2, False, None)


def test_ci_11_l_entente_d_un_autre_fournisseur_est_refusee() -> None:
    autre = replace(ENTENTE, fournisseur_id=AUTRE_FOURNISSEUR)
    with pytest.raises(Conflit):
        inscrite().modifier(caracteristiques(), entente=autre, categories=CATEGORIES, acte=acte())
