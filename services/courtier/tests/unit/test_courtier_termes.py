"""CI-14, CI-15, CI-17 : éléments, prix figés, montant, durée."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from courtier.catalogue.domaine import (
    BASE,
    EntenteCadre,
    Offre,
    OffreAuCatalogue,
    Prix,
    Qualification,
)
from courtier.contrats.domaine.termes import Termes
from courtier.dossiers.domaine.elements import (
    Element,
    Voulu,
    composer,
    exiger_memes_prix,
    prix_du_jour,
)
from noyau import Conflit, Montant
from services.courtier.tests.builders import (
    AUTRE_ENTENTE,
    AUTRE_FOURNISSEUR,
    COURRIEL,
    DOCUMENTS,
    ENTENTE,
    TABLEUR,
    caracteristiques,
    catalogue,
    elements,
    grille,
    offre,
    termes,
)

JOUR = date(2026, 9, 2)


def composes(
    voulu: Voulu, entrees: Mapping[UUID, OffreAuCatalogue], le: date
) -> tuple[Element, ...]:
    return composer(voulu, duree_mois=12, entente=ENTENTE, catalogue=entrees, le=le)


def publies(courriel: str = "12.50") -> Mapping[UUID, Prix]:
    return prix_du_jour(
        [COURRIEL, TABLEUR], entente=ENTENTE, catalogue=catalogue(courriel), le=JOUR
    )


def test_ci_14_le_montant_est_exact_et_ne_s_arrondit_qu_une_fois() -> None:
    # 40 × 12,50 × 24 = 12 000; 7 × 3,333333 × 24 = 559,999944; ensemble 12 559,999944.
    # Arrondir le prix (3,33) donnerait 12 559,44; arrondir la mensualité (23,33), 12 559,92.
    assert termes().montant == Montant.de("12560.00")


def test_ci_14_le_prix_est_fige_avec_ses_versions() -> None:
    deux = grille(COURRIEL, ("12.50", date(2026, 8, 3)), ("13.00", date(2026, 10, 1)))
    entrees = {COURRIEL: OffreAuCatalogue(offre(), deux)}
    figes = [
        (element.composantes[0].prix, element.version_prix, element.version_offre)
        for le in (date(2026, 9, 30), date(2026, 10, 1))
        for element in composes({COURRIEL: {BASE: 3}}, entrees, le)
    ]
    assert figes == [(Decimal("12.50"), 1, 2), (Decimal("13.00"), 2, 2)]


@pytest.mark.parametrize(
    ("fautive", "raison"),
    [
        (offre(fournisseur_id=AUTRE_FOURNISSEUR), "autre fournisseur"),
        (offre(decrite=caracteristiques(entente_id=AUTRE_ENTENTE)), "autre entente"),
        (offre(publiee=False), "pas publiée"),
        (offre(decrite=caracteristiques(qualification=Qualification.EN_ANALYSE)), "en analyse"),
    ],
)
def test_ci_14_une_offre_non_conforme_est_refusee(fautive: Offre, raison: str) -> None:
    entrees = catalogue()
    entrees[COURRIEL] = replace(entrees[COURRIEL], offre=fautive)
    with pytest.raises(Conflit, match=raison) as refus:
        composes({TABLEUR: {BASE: 1}, COURRIEL: {BASE: 1}}, entrees, JOUR)
    assert refus.value.regle == "CI-14"
    assert refus.value.details == {"offre_id": str(COURRIEL)}


def test_ci_14_une_offre_sans_prix_en_vigueur_est_refusee() -> None:
    with pytest.raises(Conflit, match="pas de prix"):
        composes({COURRIEL: {BASE: 1}}, catalogue(), date(2026, 8, 31))


@pytest.mark.parametrize(
    ("jour", "en_vigueur"),
    [("2026-03-31", False), ("2026-04-01", True), ("2029-03-31", True), ("2029-04-01", False)],
)
def test_ci_14_l_entente_vaut_de_son_debut_a_la_veille_de_sa_fin(
    jour: str, en_vigueur: bool
) -> None:
    le = date.fromisoformat(jour)
    assert ENTENTE.en_vigueur(le) is en_vigueur
    if not en_vigueur:
        with pytest.raises(Conflit, match="n'est pas en vigueur"):
            composes({COURRIEL: {BASE: 1}}, catalogue(), le)


def test_ci_11_une_entente_sans_duree_est_refusee() -> None:
    with pytest.raises(Conflit):
        replace(ENTENTE, fin=ENTENTE.debut)
    assert isinstance(ENTENTE, EntenteCadre)


@pytest.mark.parametrize("duree", [-1, 0, 37, 1_200])
def test_ci_17_hors_de_1_a_36_mois_c_est_refuse(duree: int) -> None:
    with pytest.raises(Conflit) as refus:
        termes(duree_mois=duree)
    assert refus.value.regle == "CI-17"


@pytest.mark.parametrize(
    ("debut", "mois", "fin"),
    [
        ("2026-10-01", 36, "2029-10-01"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-10-15", 12, "2027-10-15"),
    ],
)
def test_ci_17_la_fin_est_le_meme_quantieme(debut: str, mois: int, fin: str) -> None:
    assert termes(date.fromisoformat(debut), mois).fin == date.fromisoformat(fin)


def test_ci_14_un_contrat_sans_offre_est_refuse() -> None:
    with pytest.raises(Conflit):
        Termes(JOUR, 12, ())


def test_ci_15_seul_un_prix_qui_differe_bloque_et_il_est_nomme() -> None:
    exiger_memes_prix(elements(), publies())
    with pytest.raises(Conflit) as refus:
        exiger_memes_prix(elements(), publies(courriel="13.00"))
    assert refus.value.regle == "CI-15"
    assert refus.value.details == {
        "prix": [
            {
                "offre_id": str(COURRIEL),
                "composante": "base",
                "changements": ["prix"],
                "prix_prepare": "12.50",
                "prix_publie": "13.00",
                "version_prix": 1,
            }
        ]
    }


def test_ci_16_chaque_document_different_est_nomme() -> None:
    DOCUMENTS.exiger(contrat="a" * 64, annexe_modificative="b" * 64)
    with pytest.raises(Conflit) as refus:
        DOCUMENTS.exiger(contrat="0" * 64, annexe_modificative="b" * 64, engagement="0" * 64)
    assert refus.value.details == {"documents": ["contrat", "engagement"]}
