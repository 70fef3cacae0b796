"""CI-17 : ce qu'un avenant change d'un contrat, jamais au-delà de 36 mois."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.avenants.domaine.avenant import (
    OUVERTS,
    PERMIS,
    ActeAvenant,
    Avenant,
    EtatAvenant,
    Texte,
)
from courtier.avenants.domaine.budgets import autoriser_budget
from courtier.avenants.domaine.effets import ChangementVoulu, Effet, evaluer
from courtier.catalogue.domaine import BASE, Indexation, Modalites
from courtier.contrats.domaine.contrat import Contrat, SignatureClient, SignatureFournisseur
from courtier.contrats.domaine.courants import Changement, QuantiteRevue, termes_courants
from courtier.contrats.domaine.termes import Termes
from courtier.dossiers.domaine.elements import Element, QuantitePeriode
from courtier.pieces.domaine import Visa
from noyau import Acteur, Conflit, Interdit, Montant, TransitionImpossible
from services.courtier.tests.builders import (
    COURRIEL,
    COURTIER,
    ENTENTE,
    GESTIONNAIRE,
    MANDAT_ID,
    REGISTRE,
    SIGNATAIRE,
    TABLEUR,
    acte,
    catalogue,
    contrat_prepare,
    elements,
)
from services.courtier.tests.parcours import DONNEES, EFVP, FICHE, budget

CONCLU = datetime(2026, 9, 8, 19, tzinfo=UTC)
LE_10 = datetime(2026, 9, 10, 19, tzinfo=UTC)
TEXTE = Texte(objet="Vingt de plus.", accessoire="Le même service.", empreinte="e" * 64)
SEUIL = Decimal(34_400)


def contrat(*, duree_mois: int = 24, debut: date = date(2026, 10, 1)) -> Contrat:
    """Un contrat conclu le 8 septembre, de la seule offre de courriel : 40 × 12,50 $."""
    [courriel, _] = elements(duree_mois=duree_mois)
    return replace(
        contrat_prepare(),
        termes=Termes(debut, duree_mois, (courriel,)),
        validation=Visa("gestionnaire-mtq", CONCLU),
        signature_client=SignatureClient("signataire-mtq", CONCLU, MANDAT_ID),
        signature_fournisseur=SignatureFournisseur(
            "NB-007", CONCLU, Visa("courtier-1", CONCLU), date(2026, 9, 15)
        ),
    )


def revue(*periodes: tuple[int, int, int], offre_id: UUID = COURRIEL) -> QuantiteRevue:
    return QuantiteRevue(
        offre_id=offre_id,
        composante=BASE,
        quantites=tuple(QuantitePeriode(*periode) for periode in periodes),
    )


def effet(voulu: ChangementVoulu, de: Contrat | None = None, le: date | None = None) -> Effet:
    return evaluer(
        voulu,
        de or contrat(),
        entente=ENTENTE,
        catalogue=catalogue(),
        le=le or date(2026, 9, 10),
    )


def test_ci_17_des_quantites_revues_au_prix_du_contrat() -> None:
    rendu = effet(ChangementVoulu(quantites=(revue((7, 24, 60)),)))
    # 20 × 12,50 $ × 18 mois; rien hors d'une quantité à son prix convenu.
    assert (rendu.avant, rendu.ajout) == (Montant.de("12000"), Montant.de("4500"))
    assert rendu.hors_quantites == Montant(0)


def test_ci_17_une_prolongation_poursuit_les_quantites_du_dernier_mois() -> None:
    rendu = effet(ChangementVoulu(duree_mois=36, quantites=(revue((20, 24, 50)),)))
    # Cinq mois de dix de plus, puis douze mois à cinquante.
    assert rendu.ajout == Montant.de(10 * Decimal("12.50") * 5 + 50 * Decimal("12.50") * 12)
    assert rendu.hors_quantites == Montant.de(50 * Decimal("12.50") * 12)


def test_ci_17_une_offre_ajoutee_au_prix_du_jour_jusqu_a_la_fin() -> None:
    rendu = effet(ChangementVoulu(offres={TABLEUR: {BASE: 7}}, du_mois=13))
    [ajoute] = rendu.changement.ajoutes
    assert (ajoute.du_mois, ajoute.version_prix) == (13, 1)
    assert (
        rendu.ajout == rendu.hors_quantites == Montant.de(Fraction(7 * 12) * Fraction("3.333333"))
    )


@pytest.mark.parametrize(
    ("voulu", "regle"),
    [
        (ChangementVoulu(), "CI-17"),
        (ChangementVoulu(duree_mois=25, conditions="Une pénalité."), "CI-17"),
        (ChangementVoulu(duree_mois=25, portee="La téléphonie."), "CI-17"),
        (ChangementVoulu(duree_mois=37), "CI-17"),
        (ChangementVoulu(duree_mois=12), "CI-17"),
        (ChangementVoulu(quantites=(revue((1, 24, 50), offre_id=TABLEUR),)), "CI-17"),
        (ChangementVoulu(offres={COURRIEL: {BASE: 1}}), "CI-17"),
        (ChangementVoulu(quantites=(revue((1, 24, 39)),)), "CI-14"),
        (ChangementVoulu(quantites=(revue((1, 6, 60)),)), "CI-14"),
        (ChangementVoulu(quantites=(revue((20, 30, 60)),)), "CI-14"),
        (ChangementVoulu(quantites=(revue((7, 24, 60), (10, 24, 70)),)), "CI-14"),
        (ChangementVoulu(quantites=(revue((24, 7, 60)),)), "CI-14"),
    ],
)
def test_ci_17_ce_qu_un_avenant_ne_peut_pas(voulu: ChangementVoulu, regle: str) -> None:
    with pytest.raises(Conflit) as refus:
        effet(voulu)
    assert refus.value.regle == regle


def test_ci_17_les_mois_passes_ne_changent_plus() -> None:
    voulu = ChangementVoulu(quantites=(revue((3, 24, 60)),))
    assert effet(voulu, le=date(2026, 12, 31)).ajout > Montant(0)
    with pytest.raises(Conflit, match="Le mois 3"):
        effet(voulu, le=date(2027, 1, 1))


def test_ci_17_la_hausse_d_une_offre_ajoutee_part_de_son_entree() -> None:
    """Au mois 13, un prix du jour n'a pas déjà pris la hausse des treizièmes mois."""
    [courriel, tableur] = elements()
    modalites = replace(Modalites(), indexation=Indexation(Decimal("0.10"), 12))
    base = replace(tableur.composantes[0], quantites=(QuantitePeriode(13, 24, 1),))
    ajoute = replace(tableur, composantes=(base,), modalites=modalites, du_mois=13)
    termes = termes_courants(
        Termes(date(2026, 10, 1), 24, (courriel,)), (Changement(ajoutes=(ajoute,)),)
    )
    assert termes.elements[1].cout == 12 * Fraction("3.333333")


@pytest.mark.parametrize(
    ("ajout", "hors", "exige"),
    [
        ("22400.00", "22400.00", True),
        ("22399.99", "22399.99", False),
        ("22400.00", "0.00", False),
        ("-5.00", "100.00", False),
    ],
)
def test_ci_17_le_dirigeant_autorise_au_seuil_sauf_une_quantite(
    ajout: str, hors: str, exige: bool
) -> None:
    avant = Montant.de("12000.00")
    rendu = Effet(
        changement=Changement(),
        avant=avant,
        apres=avant + Montant.de(ajout),
        hors_quantites=Montant.de(hors),
    )
    assert rendu.exige_autorisation(SEUIL) is exige


def suite(premier: ChangementVoulu, second: ChangementVoulu) -> Effet:
    """L'effet d'un second avenant, le premier conclu; les quantités y baissent à volonté."""
    [courriel, _] = elements()
    libre = replace(courriel, modalites=replace(courriel.modalites, baisse_permise=True))
    signe = replace(contrat(), termes=Termes(date(2026, 10, 1), 24, (libre,)))
    change = signe.avec(effet(premier, de=signe).changement)
    return effet(second, de=change)


def test_ci_17_une_prolongation_par_etapes_passe_aussi_par_le_dirigeant() -> None:
    """Prolongé à quantité nulle, puis rempli : la seconde dépense n'était pas convenue."""
    nulle = ChangementVoulu(duree_mois=36, quantites=(revue((25, 36, 0)),))
    remplie = suite(nulle, ChangementVoulu(quantites=(revue((25, 36, 400)),)))
    assert remplie.hors_quantites == Montant.de(400 * Decimal("12.50") * 12)
    assert remplie.exige_autorisation(SEUIL)


def test_ci_17_une_offre_ajoutee_puis_grossie_passe_aussi_par_le_dirigeant() -> None:
    une = ChangementVoulu(offres={TABLEUR: {BASE: 1}}, du_mois=1)
    grossie = suite(une, ChangementVoulu(quantites=(revue((1, 24, 400), offre_id=TABLEUR),)))
    assert grossie.hors_quantites == Montant.de(Fraction(399 * 24) * Fraction("3.333333"))
    assert grossie.exige_autorisation(SEUIL)


def test_ci_17_ce_qu_on_retranche_ailleurs_n_efface_pas_la_depense_ajoutee() -> None:
    echange = Effet(
        changement=Changement(),
        avant=Montant.de("50000.00"),
        apres=Montant.de("49000.00"),
        hors_quantites=Montant.de("50.00"),
    )
    assert echange.exige_autorisation(SEUIL)


def avenant(de: Contrat | None = None) -> Avenant:
    voulu = ChangementVoulu(quantites=(revue((7, 24, 60)),))
    prepare, _ = Avenant.preparer(
        UUID(int=4000),
        1,
        de or contrat(),
        texte=TEXTE,
        effet=effet(voulu),
        seuil=SEUIL,
        acte=acte(COURTIER, LE_10),
    )
    return prepare


PLUS_TARD = LE_10 + timedelta(hours=1)


def preparer(sur: Avenant, _: Acteur | None) -> Avenant:
    du_courtier = acte(COURTIER, LE_10)
    return sur.preparer_de_nouveau(texte=TEXTE, effet=sur.effet, seuil=SEUIL, acte=du_courtier)[0]


def deposer_efvp(sur: Avenant, _: Acteur | None) -> Avenant:
    return sur.deposer_efvp(EFVP, acte(GESTIONNAIRE, LE_10))[0]


def signer_client(sur: Avenant, _: Acteur | None) -> Avenant:
    signe, _fait = sur.signer_par_client(
        empreinte="e" * 64,
        contrat=contrat(),
        entente=ENTENTE,
        catalogue={},
        fiche=FICHE,
        donnees=DONNEES,
        registre=REGISTRE,
        seuil=SEUIL,
        acte=acte(SIGNATAIRE, LE_10),
    )
    return signe


def signer_fournisseur(sur: Avenant, _: Acteur | None) -> Avenant:
    signe, _fait = sur.signer_par_fournisseur(
        signataire="NB-007",
        signe_le=PLUS_TARD,
        empreinte="e" * 64,
        contrat=contrat(),
        entente=ENTENTE,
        copie_due_le=date(2026, 9, 17),
        acte=acte(COURTIER, PLUS_TARD),
    )
    return signe


GESTES: Mapping[ActeAvenant, Callable[[Avenant, Acteur | None], Avenant]] = {
    ActeAvenant.PREPARATION: preparer,
    ActeAvenant.VALIDATION: lambda sur, _: sur.valider(acte(GESTIONNAIRE, LE_10))[0],
    ActeAvenant.AUTORISATION: lambda sur, qui: sur.autoriser(
        UUID(int=1), LE_10.date(), acte(qui or GESTIONNAIRE, LE_10)
    )[0],
    ActeAvenant.EFVP: deposer_efvp,
    ActeAvenant.BUDGET: lambda sur, _: autoriser_budget(
        sur, replace(budget(), date=LE_10.date()), contrat(), acte(GESTIONNAIRE, LE_10)
    )[0],
    ActeAvenant.SIGNATURE_CLIENT: signer_client,
    ActeAvenant.SIGNATURE_FOURNISSEUR: signer_fournisseur,
    ActeAvenant.COPIE: lambda sur, _: sur.transmettre_copie(
        PLUS_TARD, acte(GESTIONNAIRE, PLUS_TARD)
    )[0],
    ActeAvenant.ABANDON: lambda sur, _: sur.abandonner("Renoncé.", acte(GESTIONNAIRE, LE_10))[0],
}


def poser(nom: ActeAvenant, sur: Avenant, acteur: Acteur | None = None) -> Avenant:
    return GESTES[nom](sur, acteur)


A = ActeAvenant
STADES: Mapping[EtatAvenant, tuple[ActeAvenant, ...]] = {
    EtatAvenant.PREPARE: (),
    EtatAvenant.VALIDE: (A.VALIDATION,),
    EtatAvenant.SIGNE_CLIENT: (A.VALIDATION, A.SIGNATURE_CLIENT),
    EtatAvenant.SIGNE: (A.VALIDATION, A.SIGNATURE_CLIENT, A.SIGNATURE_FOURNISSEUR),
    EtatAvenant.ABANDONNE: (A.ABANDON,),
}


@pytest.mark.parametrize("stade", EtatAvenant)
@pytest.mark.parametrize("nom", ActeAvenant)
def test_ci_17_rien_d_autre_ne_passe_que_ce_que_l_etat_permet(
    stade: EtatAvenant, nom: ActeAvenant
) -> None:
    mene = avenant()
    for pose in STADES[stade]:
        mene = poser(pose, mene)
    assert mene.etat is stade
    if nom in PERMIS[stade]:
        assert poser(nom, mene).version == mene.version + 1
        return
    with pytest.raises(TransitionImpossible) as refus:
        poser(nom, mene)
    assert refus.value.details["actes_permis"] == list(mene.actes_permis)


def test_ci_17_seule_la_conclusion_libere_le_contrat_d_un_autre_avenant() -> None:
    assert {e for e in EtatAvenant if e not in OUVERTS} == {
        EtatAvenant.SIGNE,
        EtatAvenant.ABANDONNE,
    }


def test_ci_17_une_machine_n_autorise_pas_a_la_place_du_dirigeant() -> None:
    machine = replace(GESTIONNAIRE, roles=frozenset({"gestionnaire", "integration"}))
    with pytest.raises(Interdit):
        poser(A.AUTORISATION, avenant(), machine)
    with pytest.raises(Interdit):
        avenant().autoriser(None, LE_10.date(), acte(GESTIONNAIRE, LE_10))
    dirigeante = replace(GESTIONNAIRE, roles=frozenset({"dirigeant"}))
    du_jour, _ = avenant().autoriser(None, LE_10.date(), acte(dirigeante, LE_10))
    assert du_jour.autorisation is not None
    with pytest.raises(Conflit) as refus:
        avenant().autoriser(UUID(int=1), date(2026, 9, 9), acte(GESTIONNAIRE, LE_10))
    assert refus.value.regle == "CI-17"


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(1, 60)),
            st.integers(1, 40),
            st.integers(1, 40),
            st.integers(0, 90),
            st.booleans(),
        ),
        max_size=6,
    ),
    st.integers(1, 36),
    st.dates(date(2026, 10, 1), date(2028, 2, 29)),
)
def test_ci_17_nul_avenant_ne_mene_au_dela_de_36_mois(
    suivis: list[tuple[int | None, int, int, int, bool]], duree: int, debut: date
) -> None:
    conclu = contrat(duree_mois=duree, debut=debut)
    for mois, du, au, quantite, ajoute in suivis:
        voulu = ChangementVoulu(
            duree_mois=mois,
            quantites=(revue((du, au, quantite)),) if quantite else (),
            offres={TABLEUR: {BASE: 1 + quantite}} if ajoute else {},
            du_mois=du,
        )
        try:
            rendu = effet(voulu, conclu)
        except Conflit:
            continue
        conclu = conclu.avec(rendu.changement)
        courants = conclu.courants
        assert courants.montant == rendu.apres
        assert duree <= courants.duree_mois <= 36
        assert conclu.fin <= date(debut.year + 3, debut.month, min(debut.day, 28)) + timedelta(3)
        assert courants.montant == Montant.de(_naif(courants.elements))


def _naif(retenus: tuple[Element, ...]) -> Fraction:
    """Ce qu'on paie, mois par mois, sans aucune indexation."""
    return sum(
        (
            Fraction(c.prix) * q.quantite
            for e in retenus
            for c in e.composantes
            for q in c.quantites
            for _ in range(q.du_mois, q.au_mois + 1)
        ),
        Fraction(),
    )
