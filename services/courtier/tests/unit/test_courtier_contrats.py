"""CI-16, CI-17 : le cycle d'un contrat spécifique, ses signatures dans l'ordre."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.catalogue.domaine import EntenteCadre, Qualification
from courtier.contrats.domaine.contrat import Contrat, ContratSigne
from courtier.contrats.domaine.etats import ActeContrat, Etat
from courtier.contrats.domaine.fins import refuser, resilier
from courtier.contrats.domaine.ruptures import Lettre
from courtier.contrats.domaine.termes import Termes
from courtier.organismes.domaine import Registre
from noyau import Acteur, Conflit, Fait, Interdit, TransitionImpossible
from services.courtier.tests.builders import (
    COURRIEL,
    COURTIER,
    DOCUMENTS,
    DOSSIER_ID,
    ENTENTE,
    GESTIONNAIRE,
    LE_2_SEPTEMBRE,
    MANDAT_ID,
    REGISTRE,
    SCENARIO,
    SIGNATAIRE,
    acte,
    calendrier,
    caracteristiques,
    catalogue,
    chiffrage,
    contrat_prepare,
    mandat,
    offre,
    termes,
)

CALENDRIER = calendrier()
Resultat = tuple[Contrat, Fait]


def preparer(contrat: Contrat) -> Resultat:
    return reprendre(contrat)


def reprendre(
    contrat: Contrat, *, debut: date = date(2026, 10, 1), mois: int = 24, prix: str = "12.50"
) -> Resultat:
    return contrat.preparer_de_nouveau(
        dossier_id=DOSSIER_ID,
        scenario=SCENARIO,
        termes=Termes.figer(debut, chiffrage(mois, prix), le=date(2026, 9, 2)),
        documents=DOCUMENTS,
        acte=acte(),
    )


def valider(contrat: Contrat) -> Resultat:
    return contrat.valider(acte(GESTIONNAIRE))


def signer_client(
    contrat: Contrat,
    *,
    acteur: Acteur = SIGNATAIRE,
    empreinte: str = "a" * 64,
    engagement: str | None = "c" * 64,
    prix: str = "12.50",
    registre: Registre = REGISTRE,
) -> Resultat:
    return contrat.signer_par_client(
        contrat=empreinte,
        annexe_modificative="b" * 64,
        engagement=engagement,
        entente=ENTENTE,
        catalogue=catalogue(courriel=prix),
        registre=registre,
        acte=acte(acteur),
    )


def signer_fournisseur(
    contrat: Contrat,
    *,
    signe_le: datetime = LE_2_SEPTEMBRE,
    acteur: Acteur = COURTIER,
    annexe: str = "b" * 64,
    entente: EntenteCadre = ENTENTE,
) -> Resultat:
    return contrat.signer_par_fournisseur(
        signataire="NB-007",
        signe_le=signe_le,
        contrat="a" * 64,
        annexe_modificative=annexe,
        entente=entente,
        calendrier=CALENDRIER,
        delai_copie=5,
        acte=acte(acteur, LE_2_SEPTEMBRE + timedelta(days=30)),
    )


def copier(contrat: Contrat) -> Resultat:
    le = LE_2_SEPTEMBRE + timedelta(days=31)
    return contrat.transmettre_copie(le, acte(GESTIONNAIRE, le))


def refuser_de_signer(contrat: Contrat) -> Resultat:
    return refuser(contrat, "La clause de réversibilité.", acte())


def resilier_en_avril(contrat: Contrat) -> Resultat:
    le = LE_2_SEPTEMBRE + timedelta(days=40)
    lettre = Lettre(UUID(int=3000), "d" * 64, date(2026, 10, 1))
    return resilier(contrat, date(2027, 4, 1), lettre, "Regroupement.", acte(GESTIONNAIRE, le))


ACTES: dict[ActeContrat, Callable[[Contrat], Resultat]] = {
    ActeContrat.PREPARATION: preparer,
    ActeContrat.VALIDATION: valider,
    ActeContrat.SIGNATURE_CLIENT: signer_client,
    ActeContrat.SIGNATURE_FOURNISSEUR: signer_fournisseur,
    ActeContrat.COPIE: copier,
    ActeContrat.REFUS: refuser_de_signer,
    ActeContrat.RESILIATION: resilier_en_avril,
}


def mener(*actes: ActeContrat) -> Contrat:
    contrat = contrat_prepare()
    for nom in actes:
        contrat, _ = ACTES[nom](contrat)
    return contrat


A = ActeContrat
STADES: dict[str, tuple[ActeContrat, ...]] = {
    "préparé": (),
    "validé": (A.VALIDATION,),
    "signé par le client": (A.VALIDATION, A.SIGNATURE_CLIENT),
    "signé": (A.VALIDATION, A.SIGNATURE_CLIENT, A.SIGNATURE_FOURNISSEUR),
    "copie transmise": (A.VALIDATION, A.SIGNATURE_CLIENT, A.SIGNATURE_FOURNISSEUR, A.COPIE),
    "refusé": (A.VALIDATION, A.SIGNATURE_CLIENT, A.REFUS),
    "résilié": (A.VALIDATION, A.SIGNATURE_CLIENT, A.SIGNATURE_FOURNISSEUR, A.RESILIATION),
}
# La table de CI-16, écrite à la main : (stade, acte) → état; toute autre paire est un refus.
TRANSITIONS = {
    ("préparé", A.PREPARATION): Etat.PREPARE,
    ("préparé", A.VALIDATION): Etat.VALIDE,
    ("validé", A.PREPARATION): Etat.PREPARE,
    ("validé", A.SIGNATURE_CLIENT): Etat.SIGNE_CLIENT,
    ("signé par le client", A.SIGNATURE_FOURNISSEUR): Etat.SIGNE,
    ("signé", A.COPIE): Etat.SIGNE,
    ("préparé", A.REFUS): Etat.REFUSE,
    ("validé", A.REFUS): Etat.REFUSE,
    ("signé par le client", A.REFUS): Etat.REFUSE,
    # La date d'effet n'est pas venue : le contrat court encore.
    ("signé", A.RESILIATION): Etat.SIGNE,
    ("copie transmise", A.RESILIATION): Etat.SIGNE,
    ("résilié", A.COPIE): Etat.SIGNE,
}


@pytest.mark.parametrize(("stade", "nom"), list(product(STADES, ActeContrat)))
def test_ci_16_la_table_des_transitions_est_totale(stade: str, nom: ActeContrat) -> None:
    contrat = mener(*STADES[stade])
    attendu = TRANSITIONS.get((stade, nom))
    if attendu is None:
        with pytest.raises(TransitionImpossible) as refus:
            ACTES[nom](contrat)
        assert refus.value.details["etat"] == contrat.etat
        assert refus.value.details["actes_permis"] == list(contrat.actes_permis)
    else:
        suivant, _ = ACTES[nom](contrat)
        assert (suivant.etat, suivant.version) == (attendu, contrat.version + 1)


def test_ci_16_seule_la_signature_du_fournisseur_conclut() -> None:
    contrat, faits = contrat_prepare(), []
    for nom in STADES["copie transmise"]:
        contrat, fait = ACTES[nom](contrat)
        faits.append(fait)
    conclus = [fait for fait in faits if isinstance(fait, ContratSigne)]
    assert [(fait.survenu_le, fait.contrat.etat) for fait in conclus] == [
        (LE_2_SEPTEMBRE, Etat.SIGNE)
    ]


def test_ci_16_le_client_signe_avec_l_engagement() -> None:
    valide = mener(A.VALIDATION)
    with pytest.raises(Conflit, match="engagement"):
        signer_client(valide, engagement=None)
    with pytest.raises(Conflit) as refus:
        signer_client(valide, engagement="0" * 64)
    assert refus.value.details == {"documents": ["engagement"]}


def test_ci_16_les_documents_se_signent_tels_que_prepares() -> None:
    with pytest.raises(Conflit, match="contrat"):
        signer_client(mener(A.VALIDATION), empreinte="0" * 64)
    with pytest.raises(Conflit, match="annexe_modificative"):
        signer_fournisseur(mener(*STADES["signé par le client"]), annexe="0" * 64)


def test_ci_16_un_contrat_dont_le_debut_est_passe_se_prepare_de_nouveau() -> None:
    valide = mener(A.VALIDATION)
    tard = replace(valide, termes=replace(valide.termes, debut=date(2026, 9, 1)))
    with pytest.raises(Conflit, match="avant qu'on le signe") as refus:
        signer_client(tard)
    assert refus.value.regle == "CI-16"
    ce_jour = replace(valide, termes=replace(valide.termes, debut=date(2026, 9, 2)))
    assert signer_client(ce_jour)[0].etat is Etat.SIGNE_CLIENT


def test_ci_14_une_offre_declassee_depuis_la_preparation_ne_se_signe_pas() -> None:
    declasse = catalogue()
    declasse[COURRIEL] = replace(
        declasse[COURRIEL],
        offre=offre(decrite=caracteristiques(qualification=Qualification.EN_ANALYSE)),
    )
    with pytest.raises(Conflit) as refus:
        mener(A.VALIDATION).signer_par_client(
            contrat="a" * 64,
            annexe_modificative="b" * 64,
            engagement="c" * 64,
            entente=ENTENTE,
            catalogue=declasse,
            registre=REGISTRE,
            acte=acte(SIGNATAIRE),
        )
    assert refus.value.regle == "CI-14"


def test_ci_15_un_prix_change_bloque_la_signature_jusqu_a_une_nouvelle_preparation() -> None:
    valide = mener(A.VALIDATION)
    with pytest.raises(Conflit) as refus:
        signer_client(valide, prix="13.00")
    assert refus.value.regle == "CI-15"
    prepare, _ = reprendre(valide, prix="13.00")
    assert prepare.etat is Etat.PREPARE
    signe, _ = signer_client(valider(prepare)[0], prix="13.00")
    assert signe.etat is Etat.SIGNE_CLIENT


@pytest.mark.parametrize("intrus", [COURTIER, replace(SIGNATAIRE, organisme="SQ")])
def test_ci_16_seul_le_client_valide_et_signe(intrus: Acteur) -> None:
    with pytest.raises(Interdit):
        contrat_prepare().valider(acte(intrus))
    with pytest.raises(Interdit):
        signer_client(mener(A.VALIDATION), acteur=intrus)


def test_ci_16_seul_le_courtier_consigne_la_signature_du_fournisseur() -> None:
    with pytest.raises(Interdit):
        signer_fournisseur(mener(*STADES["signé par le client"]), acteur=SIGNATAIRE)


@pytest.mark.parametrize("ecart", [timedelta(seconds=-1), timedelta(days=30, seconds=1)])
def test_ci_16_le_fournisseur_signe_apres_le_client_et_jamais_demain(ecart: timedelta) -> None:
    with pytest.raises(Conflit) as refus:
        signer_fournisseur(mener(*STADES["signé par le client"]), signe_le=LE_2_SEPTEMBRE + ecart)
    assert refus.value.regle == "CI-16"


@pytest.mark.parametrize(("fin", "conclut"), [(date(2026, 9, 3), True), (date(2026, 9, 2), False)])
def test_ci_14_l_entente_vaut_encore_le_jour_ou_le_fournisseur_signe(
    fin: date, conclut: bool
) -> None:
    """Le jour est celui de Québec, et celui de la signature, non de sa consignation."""
    contrat = mener(*STADES["signé par le client"])
    # Le 3 septembre à 3 h UTC, il est encore le 2 à 23 h à Québec.
    le = datetime(2026, 9, 3, 3, tzinfo=UTC)
    entente = replace(ENTENTE, fin=fin)
    if conclut:
        assert signer_fournisseur(contrat, signe_le=le, entente=entente)[0].etat is Etat.SIGNE
        return
    with pytest.raises(Conflit, match="n'est pas en vigueur") as refus:
        signer_fournisseur(contrat, signe_le=le, entente=entente)
    assert refus.value.regle == "CI-14"


def test_dem_3_la_signature_dit_en_vertu_de_quel_mandat() -> None:
    signe, _ = signer_client(mener(A.VALIDATION))
    assert signe.signature_client is not None
    assert signe.signature_client.mandat_id == MANDAT_ID
    assert signe.signature_client.substitution_id is None


def test_dem_3_un_role_sans_mandat_ne_signe_pas() -> None:
    with pytest.raises(Interdit) as refus:
        signer_client(mener(A.VALIDATION), registre=Registre())
    assert refus.value.regle == "DEM-3"


@pytest.mark.parametrize(("plafond", "signe"), [("12560.00", True), ("12559.99", False)])
def test_dem_8_le_total_du_contrat_tient_sous_le_plafond(plafond: str, signe: bool) -> None:
    registre = Registre((mandat(plafond=plafond),))
    if signe:
        assert signer_client(mener(A.VALIDATION), registre=registre)[0].etat is Etat.SIGNE_CLIENT
        return
    with pytest.raises(Interdit) as refus:
        signer_client(mener(A.VALIDATION), registre=registre)
    assert refus.value.regle == "DEM-8"
    assert refus.value.details == {"montant": "12560.00", "plafond": "12559.99"}


def test_ci_16_la_copie_est_due_le_cinquieme_jour_ouvrable() -> None:
    # Mercredi 2 septembre 2026; le lundi 7 est la fête du Travail : 3, 4, 8, 9, 10.
    signature = mener(*STADES["signé"]).signature_fournisseur
    assert signature is not None
    assert signature.copie_due_le == date(2026, 9, 10)


@pytest.mark.parametrize(
    "transmise_le", [LE_2_SEPTEMBRE - timedelta(seconds=1), datetime(2027, 1, 1, tzinfo=UTC)]
)
def test_ci_16_la_copie_suit_les_signatures_et_n_est_pas_a_venir(transmise_le: datetime) -> None:
    with pytest.raises(Conflit):
        mener(*STADES["signé"]).transmettre_copie(
            transmise_le, acte(GESTIONNAIRE, LE_2_SEPTEMBRE + timedelta(days=31))
        )


def test_ci_16_aucune_activite_d_entree_avant_les_deux_signatures() -> None:
    for stade in ("préparé", "validé", "signé par le client"):
        assert mener(*STADES[stade]).entree_permise_le is None
    assert mener(*STADES["signé"]).entree_permise_le == date(2026, 10, 1)


def test_ci_16_le_fournisseur_ne_signe_pas_apres_le_debut() -> None:
    """Le jour où il signe compte, non celui où on le consigne : nul mois n'est mort d'avance."""
    tot = replace(mener(*STADES["signé par le client"]), termes=termes(debut=date(2026, 9, 15)))
    le = datetime(2026, 9, 16, 3, 59, tzinfo=UTC)
    signe, _ = signer_fournisseur(tot, signe_le=le)
    assert signe.entree_permise_le == date(2026, 9, 15)
    with pytest.raises(Conflit, match="le refus du fournisseur") as refus:
        signer_fournisseur(tot, signe_le=le + timedelta(minutes=1))
    assert (refus.value.regle, refus.value.details) == ("CI-16", {"debut": "2026-09-15"})


def test_ci_16_un_contrat_ne_commence_pas_avant_sa_preparation() -> None:
    with pytest.raises(Conflit) as refus:
        reprendre(contrat_prepare(), debut=date(2026, 9, 1))
    assert refus.value.regle == "CI-16"
    assert reprendre(contrat_prepare(), debut=date(2026, 9, 2))[0].etat is Etat.PREPARE


@given(
    st.lists(
        st.tuples(st.sampled_from(ActeContrat), st.integers(-5, 60), st.integers(0, 400)),
        max_size=12,
    )
)
def test_ci_17_aucun_chemin_ne_depasse_36_mois(
    chemin: list[tuple[ActeContrat, int, int]],
) -> None:
    contrat = contrat_prepare()
    for nom, mois, jours in chemin:
        try:
            if nom is A.PREPARATION:
                debut = date(2026, 9, 2) + timedelta(days=jours)
                contrat, _ = reprendre(contrat, debut=debut, mois=mois)
            else:
                contrat, _ = ACTES[nom](contrat)
        except Conflit:
            pass
        duree = contrat.termes
        assert duree.fin <= duree.debut.replace(year=duree.debut.year + 3)
