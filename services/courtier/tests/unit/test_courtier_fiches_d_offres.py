"""Retrait, conversion, documents et comparaison des versions (CI-11, CI-12, CI-14)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.catalogue.domaine import (
    Composition,
    Conversion,
    DocumentsPublies,
    Engagement,
    EtatOffre,
    NatureDocument,
    Periodicite,
    Prix,
    PrixPublie,
    VersionAuCatalogue,
    differences,
    premier_ouvrable_deplace,
)
from courtier.dossiers.domaine.elements import prix_du_jour
from noyau import Conflit, TransitionImpossible
from services.courtier.tests.builders import (
    COURRIEL,
    ENTENTE,
    LE_2_SEPTEMBRE,
    acte,
    calendrier,
    caracteristiques,
    catalogue,
    composante,
    grille,
    offre,
)

DECEMBRE = date(2026, 12, 1)
ANNEXE, CONDITIONS = NatureDocument.ANNEXE_MODIFICATIVE, NatureDocument.CONDITIONS


def test_ci_11_retiree_du_jour_dit_une_offre_n_entre_plus_dans_un_contrat() -> None:
    retiree, fait = offre().retirer(DECEMBRE, "Fin de vie", acte())
    assert fait.offre == retiree
    assert [retiree.etat(jour) for jour in (date(2026, 11, 30), DECEMBRE)] == [
        EtatOffre.QUALIFIEE,
        EtatOffre.RETIREE,
    ]
    au_catalogue = catalogue()
    au_catalogue[COURRIEL] = replace(au_catalogue[COURRIEL], offre=retiree)
    veille = date(2026, 11, 30)
    assert prix_du_jour([COURRIEL], entente=ENTENTE, catalogue=au_catalogue, le=veille)
    with pytest.raises(Conflit, match="retirée") as refus:
        prix_du_jour([COURRIEL], entente=ENTENTE, catalogue=au_catalogue, le=DECEMBRE)
    assert refus.value.regle == "CI-14"


def test_ci_11_un_retrait_se_redate_d_ici_la_puis_plus() -> None:
    retiree, _ = offre().retirer(DECEMBRE, "Fin de vie", acte())
    redatee, _ = retiree.retirer(date(2026, 11, 1), "Plus tôt", acte())
    assert redatee.retiree(date(2026, 11, 1))
    apres = acte(le=datetime(2026, 12, 1, 16, tzinfo=UTC))
    with pytest.raises(TransitionImpossible):
        retiree.retirer(date(2027, 1, 1), "Encore", apres)
    with pytest.raises(Conflit, match="passé"):
        offre().retirer(date(2026, 9, 1), "Hier", acte())
    with pytest.raises(Conflit, match="publiée"):
        offre(publiee=False).retirer(DECEMBRE, "Fin de vie", acte())


def test_ci_11_une_version_neuve_garde_le_retrait_de_l_offre() -> None:
    retiree, _ = offre().retirer(DECEMBRE, "Fin de vie", acte())
    modifiee, _ = retiree.modifier(
        caracteristiques(), entente=ENTENTE, categories={"courriel"}, acte=acte()
    )
    assert modifiee.retrait == retiree.retrait


def test_ci_12_nul_prix_ne_prend_effet_une_fois_l_offre_retiree() -> None:
    retiree, _ = offre().retirer(DECEMBRE, "Fin de vie", acte())

    def publier(le: date) -> PrixPublie:
        prix = Composition.simple(Decimal(12))
        return grille(COURRIEL).publier(
            prix, le, offre=retiree, calendrier=calendrier(), acte=acte()
        )

    assert publier(date(2026, 11, 2)).prix.en_vigueur_le == date(2026, 11, 2)
    with pytest.raises(Conflit, match="retirée"):
        publier(DECEMBRE)


@given(
    st.decimals("0.000001", 1000, places=6),
    st.decimals(0, 1_000_000, places=6),
)
def test_ci_14_la_conversion_sert_tout_le_besoin_et_rien_de_trop(
    par_unite: Decimal, besoin: Decimal
) -> None:
    unites = Conversion(mesure="usager", par_unite=par_unite).unites(besoin)
    part = Fraction(par_unite)
    assert unites * part >= Fraction(besoin) > (unites - 1) * part or besoin == unites == 0


@pytest.mark.parametrize(
    ("periodicite", "attendu"),
    [
        (Periodicite.MOIS, Decimal(12)),
        (Periodicite.ANNEE, Decimal("1.000000")),
        (Periodicite.UNIQUE, None),
    ],
)
def test_ci_11_la_base_se_ramene_au_mois(periodicite: Periodicite, attendu: Decimal | None) -> None:
    base = composante(prix="12", periodicite=periodicite)
    composition = replace(Composition.simple(Decimal(1)), composantes=(base,))
    assert composition.base_mensuelle == attendu


def test_ci_12_toute_version_d_un_document_reste_et_vaut_a_sa_date() -> None:
    documents = DocumentsPublies()
    for empreinte, le in (("a", date(2026, 9, 2)), ("b", DECEMBRE), ("c", DECEMBRE)):
        publie = documents.publier(
            ANNEXE, reference="AM", empreinte=empreinte, en_vigueur_le=le, acte=acte()
        )
        documents = DocumentsPublies((*documents.versions, publie))
    lus = [documents.en_vigueur(ANNEXE, jour) for jour in (date(2026, 11, 30), DECEMBRE)]
    assert [d and (d.version, d.empreinte) for d in lus] == [(1, "a"), (3, "c")]
    assert documents.en_vigueur(CONDITIONS, DECEMBRE) is None
    assert documents.en_vigueur(ANNEXE, date(2026, 9, 1)) is None


@pytest.mark.parametrize(("empreinte", "le"), [("a", DECEMBRE), ("z", date(2026, 9, 1))])
def test_ci_12_un_document_n_est_ni_repete_ni_du_passe(empreinte: str, le: date) -> None:
    premier = DocumentsPublies().publier(
        ANNEXE, reference="AM", empreinte="a", en_vigueur_le=date(2026, 9, 2), acte=acte()
    )
    with pytest.raises(Conflit) as refus:
        DocumentsPublies((premier,)).publier(
            ANNEXE, reference="AM", empreinte=empreinte, en_vigueur_le=le, acte=acte()
        )
    assert refus.value.regle == "CI-12"


def test_ci_12_la_comparaison_dit_ce_qui_differe_prix_compris() -> None:
    def au(montant: str, entree: str | None = None) -> Prix:
        composantes = [composante(prix=montant)]
        composantes += [composante("entree", entree)] if entree else []
        simple = Composition.simple(Decimal(1))
        composition = replace(simple, composantes=tuple(composantes))
        return Prix(1, date(2026, 9, 1), composition, LE_2_SEPTEMBRE)

    apres = offre(decrite=replace(caracteristiques(), engagement=Engagement(quantite_minimale=10)))
    dites = differences(
        VersionAuCatalogue(offre(), au("12.50", "100")), VersionAuCatalogue(apres, au("13"))
    )
    assert [d.champ for d in dites] == [
        "engagement", "prix.composantes.base", "prix.composantes.entree",
    ]  # fmt: skip
    assert dites[2].apres is None
    assert differences(VersionAuCatalogue(apres, None), VersionAuCatalogue(apres, None)) == ()


def test_ci_12_un_prix_publie_garde_sa_date_quand_le_calendrier_change() -> None:
    """Le jour devient férié : la version publiée tient, et la réponse le dit."""
    prix = grille(COURRIEL, ("12.50", date(2026, 10, 1))).versions[0]
    assert premier_ouvrable_deplace(prix, calendrier()) is None
    deplace = replace(prix, en_vigueur_le=date(2026, 10, 2))
    assert premier_ouvrable_deplace(deplace, calendrier()) == date(2026, 10, 1)
    hors = replace(prix, en_vigueur_le=date(2060, 1, 4))
    assert premier_ouvrable_deplace(hors, calendrier()) is None
