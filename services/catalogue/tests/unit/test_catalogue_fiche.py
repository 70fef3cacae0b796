"""CAT-2, CAT-5, CAT-9 : publier, remplacer, finir, retirer; le passé ne change pas."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalogue.fiches.adaptateurs.publications import PUBLICATIONS, traduire
from catalogue.fiches.domaine.chronologie import PublicationRefusee
from catalogue.fiches.domaine.contenu import ContenuFiche
from catalogue.fiches.domaine.erreurs import FicheRefusee
from catalogue.fiches.domaine.fiche import Fiche
from contrats import Evenement
from noyau import Conflit, Introuvable, jour_de_quebec
from services.catalogue.tests.builders import (
    ACTE,
    AUJOURDHUI,
    AVRIL,
    JANVIER,
    MAI,
    OCTOBRE,
    contenu,
    en_route,
    grille,
    indicateur,
    mensuel,
    publier,
    tarif,
)

TRANCHE = ("0", "250.00", "0.01")
SANS_MONTANT = tarif("EVALUATION", montant=None)
LIEN = mensuel("LIEN", frais_uniques={"libelle": "Installation"})
INITIAL = contenu(mensuel(), grille(), SANS_MONTANT, LIEN, indicateurs=(indicateur(),))
LIEN_CHIFFRE = mensuel("LIEN", frais_uniques={"libelle": "Installation", "montant": "40.00"})


def version(*tarifs: Any, **champs: Any) -> ContenuFiche:
    champs.setdefault("indicateurs", (indicateur(),))
    return contenu(*(tarifs or (mensuel(), grille(), SANS_MONTANT, LIEN)), **champs)


COMBLEE = version(mensuel(), grille("FRAIS", TRANCHE), SANS_MONTANT, LIEN)


@pytest.fixture
def fiche() -> Fiche:
    return en_route(INITIAL)


def fautes(refus: pytest.ExceptionInfo[FicheRefusee]) -> list[tuple[str, str]]:
    assert refus.value.regle == "CAT-9"
    return [(e.champ, e.raison) for e in refus.value.erreurs]


def test_cat_5_une_version_a_venir_change_a_sa_date(fiche: Fiche) -> None:
    plus_chere = version(mensuel(montant="65.00"), grille(), SANS_MONTANT, LIEN)
    publiee, prevision = publier(fiche, OCTOBRE, plus_chere)
    versions = publiee.parutions.effectives
    assert [v.valeur for v in versions.versions] == [INITIAL, plus_chere]
    assert versions.en_vigueur(date(2026, 9, 30)) == versions.versions[0]
    fait = prevision.fait(ACTE)
    assert (fait.code, fait.version, fait.debut) == ("ESSAI", 2, OCTOBRE)
    assert (fait.contenu, fait.survenu_le) == (plus_chere, ACTE.le)


def test_cat_2_le_jour_est_celui_de_quebec(fiche: Fiche) -> None:
    """À 2 h UTC le 16, il est 22 h le 15 à Québec : le 16 est encore à venir."""
    soir = jour_de_quebec(datetime(2026, 9, 16, 2, 0, tzinfo=UTC))
    autre = replace(INITIAL, titre="Autre")
    assert publier(fiche, date(2026, 9, 16), autre, aujourdhui=soir)[1].version.numero == 2
    with pytest.raises(PublicationRefusee, match="passé"):
        publier(fiche, date(2026, 9, 15), autre, aujourdhui=soir)


@pytest.mark.parametrize("debut", [AVRIL, AUJOURDHUI])
def test_cat_2_une_premiere_version_commence_elle_aussi_au_plus_tot_demain(debut: date) -> None:
    with pytest.raises(PublicationRefusee) as refus:
        publier(Fiche(code="NEUVE"), debut, INITIAL)
    assert (refus.value.motif, refus.value.regle) == ("passe", "CAT-2")
    assert publier(Fiche(code="NEUVE"), date(2026, 9, 16), INITIAL)[1].version.numero == 1


def test_cat_2_la_mise_en_route_ne_vaut_que_de_la_premiere_version(fiche: Fiche) -> None:
    with pytest.raises(PublicationRefusee):
        publier(fiche, MAI, replace(INITIAL, titre="Autre"), mise_en_route=True)
    with pytest.raises(PublicationRefusee):
        publier(fiche, date(2026, 1, 1), replace(INITIAL, titre="Autre"), AVRIL, mise_en_route=True)


@pytest.mark.parametrize("debut", [AVRIL, MAI, AUJOURDHUI])
@pytest.mark.parametrize(
    "comblee",
    [
        pytest.param(COMBLEE, id="une grille"),
        pytest.param(version(mensuel(), grille(), tarif("EVALUATION"), LIEN), id="un montant"),
        pytest.param(version(mensuel(), grille(), SANS_MONTANT, LIEN_CHIFFRE), id="des frais"),
        pytest.param(
            version(mensuel(), grille("FRAIS", TRANCHE), tarif("EVALUATION"), LIEN_CHIFFRE),
            id="tout à la fois",
        ),
    ],
)
def test_domaine_4_un_montant_absent_se_donne_depuis_une_date_passee(
    fiche: Fiche, debut: date, comblee: ContenuFiche
) -> None:
    publiee, prevision = publier(fiche, debut, comblee)
    en_vigueur = publiee.parutions.effectives.en_vigueur(debut)
    assert en_vigueur is not None
    assert (en_vigueur.valeur, en_vigueur.numero) == (comblee, 2)
    assert {c.nature for c in prevision.changements} == {"comble"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(replace(INITIAL, titre="Autre"), id="rien n'est comblé, le titre change"),
        pytest.param(replace(COMBLEE, titre="Autre"), id="le titre change"),
        pytest.param(
            version(mensuel(montant="65"), grille("FRAIS", TRANCHE), SANS_MONTANT, LIEN),
            id="un autre montant change",
        ),
        pytest.param(
            version(
                mensuel(), grille("FRAIS", TRANCHE) | {"majoration": "0.1"}, SANS_MONTANT, LIEN
            ),
            id="la majoration du tarif comblé change",
        ),
        pytest.param(
            version(mensuel(), grille("FRAIS", TRANCHE), SANS_MONTANT, finis=["LIEN"]),
            id="un tarif finit",
        ),
        pytest.param(
            version(mensuel(), grille("FRAIS", TRANCHE), SANS_MONTANT, LIEN, tarif("NEUF")),
            id="un tarif naît",
        ),
        pytest.param(
            replace(COMBLEE, indicateurs=version(indicateurs=(indicateur(delai=12),)).indicateurs),
            id="un indicateur change",
        ),
    ],
)
def test_cat_2_toute_autre_difference_touche_le_passe(fiche: Fiche, change: ContenuFiche) -> None:
    with pytest.raises(PublicationRefusee) as refus:
        publier(fiche, AVRIL, change)
    assert refus.value.motif == "passe"


def test_cat_2_une_grille_publiee_ne_se_change_plus_dans_le_passe(fiche: Fiche) -> None:
    comblee, _ = publier(fiche, AVRIL, COMBLEE)
    autre = version(mensuel(), grille("FRAIS", ("0", "300.00", "0.01")), SANS_MONTANT, LIEN)
    with pytest.raises(PublicationRefusee, match="passé"):
        publier(comblee, AVRIL, autre)


def test_cat_2_un_montant_connu_ne_redevient_pas_absent() -> None:
    with pytest.raises(PublicationRefusee) as refus:
        publier(en_route(COMBLEE), OCTOBRE, INITIAL)
    assert (refus.value.motif, "2026-10-01" in refus.value.message) == ("trou", True)


def test_domaine_4_combler_deux_versions_se_fait_de_la_derniere_a_la_premiere(
    fiche: Fiche,
) -> None:
    a_venir, _ = publier(fiche, OCTOBRE, replace(INITIAL, titre="Octobre"))
    with pytest.raises(PublicationRefusee, match="plus aucun montant"):
        publier(a_venir, AVRIL, COMBLEE, OCTOBRE)
    derniere, _ = publier(a_venir, OCTOBRE, replace(COMBLEE, titre="Octobre"))
    comblee, _ = publier(derniere, AVRIL, COMBLEE, OCTOBRE)
    assert [v.numero for v in comblee.parutions.effectives.versions] == [4, 3]


@pytest.mark.parametrize("debut", [AVRIL, OCTOBRE])
def test_cat_9_une_version_inchangee_n_en_fait_aucune(fiche: Fiche, debut: date) -> None:
    """Même au passé : redire ce qui vaut ne change rien."""
    fiche, _ = publier(fiche, OCTOBRE, replace(INITIAL, titre="Octobre"))
    dite = fiche.parutions.effectives.en_vigueur(debut)
    assert dite is not None
    fin = fiche.parutions.fin(debut)
    memes, prevision = publier(fiche, debut, dite.valeur, fin)
    assert (memes, prevision.inchangee, prevision.version) == (fiche, True, dite)


def test_cat_9_le_meme_contenu_a_un_autre_debut_est_une_version(fiche: Fiche) -> None:
    _, prevision = publier(fiche, OCTOBRE, INITIAL)
    assert (prevision.inchangee, prevision.changements, prevision.version.numero) == (False, (), 2)


def test_cat_9_ce_qui_disparait_se_nomme(fiche: Fiche) -> None:
    sans = contenu(mensuel(), grille(), SANS_MONTANT)
    with pytest.raises(FicheRefusee) as refus:
        publier(fiche, OCTOBRE, sans)
    [(champ, raison)] = fautes(refus)
    assert champ == "finis"
    assert "« LIEN », « DELAI »" in raison
    publiee, prevision = publier(fiche, OCTOBRE, replace(sans, finis=("LIEN", "DELAI")))
    assert [(c.code, c.genre, c.nature) for c in prevision.changements] == [
        ("LIEN", "tarif", "finit"),
        ("DELAI", "indicateur", "finit"),
    ]
    assert len(publiee.parutions.effectives.versions) == 2


def test_cat_9_une_fiche_finit_par_une_version_vide_qui_finit_tout(fiche: Fiche) -> None:
    fin = contenu(finis=list(INITIAL.codes))
    finie, _ = publier(fiche, OCTOBRE, fin)
    publiee, _ = publier(finie, JANVIER, contenu(tarif("NEUF")))
    assert len(publiee.parutions.effectives.versions) == 3


def test_cat_9_relue_une_version_qui_finissait_un_tarif_se_republie(fiche: Fiche) -> None:
    """Le GET rend encore `finis`; ce qui a déjà fini ne finit pas deux fois."""
    sans = version(mensuel(), grille(), SANS_MONTANT, finis=["LIEN"])
    publiee, _ = publier(fiche, OCTOBRE, sans)
    _, prevision = publier(publiee, JANVIER, sans)
    assert (prevision.version.valeur.finis, prevision.changements) == ((), ())
    _, encore = publier(publiee, OCTOBRE, sans)
    assert encore.inchangee


A_L_HEURE = mensuel(quantite={"forme": "unites"}, abonnements_ouverts="continuent")


def test_cat_9_un_tarif_qui_cesse_d_etre_mensuel_dit_la_suite_des_abonnements() -> None:
    fiche = en_route(contenu(mensuel()))
    with pytest.raises(FicheRefusee) as refus:
        publier(fiche, OCTOBRE, contenu(A_L_HEURE | {"abonnements_ouverts": None}))
    assert [champ for champ, _ in fautes(refus)] == ["tarifs[0].abonnements_ouverts"]
    publiee, _ = publier(fiche, OCTOBRE, contenu(A_L_HEURE))
    _, prevision = publier(publiee, JANVIER, contenu(A_L_HEURE))
    assert prevision.changements == ()


def test_cat_9_une_version_glissee_avant_une_autre_ne_la_fait_pas_mentir(fiche: Fiche) -> None:
    fiche, _ = publier(fiche, JANVIER, INITIAL)
    avec = replace(INITIAL, tarifs=(*INITIAL.tarifs, contenu(tarif("NEUF")).tarifs[0]))
    with pytest.raises(FicheRefusee) as refus:
        publier(fiche, OCTOBRE, avec, JANVIER)
    [(champ, raison)] = fautes(refus)
    assert champ == "finis"
    assert raison.startswith("Version 2, du 2027-01-01, qui suivrait : ")


# --- Deux tarifs pour un même fait ---------------------------------------------------------------

APPEL = tarif("APPEL", du={"evenement": "intervention.effectuée"}, quantite={"forme": "forfait"})
TRAJET = APPEL | {"code": "TRAJET"}


def test_cat_9_deux_tarifs_ne_sont_pas_dus_du_meme_fait_par_accident() -> None:
    with pytest.raises(FicheRefusee) as refus:
        publier(Fiche(code="ESSAI"), OCTOBRE, contenu(APPEL, TRAJET | {"cumule_avec": ["APPEL"]}))
    [(champ, raison)] = fautes(refus)
    assert champ == "tarifs[0].cumule_avec"
    assert "« TRAJET »" in raison
    dits = APPEL | {"cumule_avec": ["TRAJET"]}, TRAJET | {"cumule_avec": ["APPEL"]}
    assert publier(Fiche(code="ESSAI"), OCTOBRE, contenu(*dits))[1].version.numero == 1


@pytest.mark.parametrize(
    ("chez_nous", "chez_elle", "refusee"),
    [([], [], True), (["APPEL"], [], True), ([], ["TRAJET"], True), (["APPEL"], ["TRAJET"], False)],
)
def test_cat_9_le_tarif_d_une_autre_fiche_compte_aussi(
    chez_nous: list[str], chez_elle: list[str], refusee: bool
) -> None:
    autre = en_route(contenu(APPEL | {"cumule_avec": chez_elle}), "AUTRE")
    nous = contenu(TRAJET | {"cumule_avec": chez_nous})
    if not refusee:
        assert publier(Fiche(code="ESSAI"), OCTOBRE, nous, autres={"AUTRE": autre})
        return
    with pytest.raises(FicheRefusee) as refus:
        publier(Fiche(code="ESSAI"), OCTOBRE, nous, autres={"AUTRE": autre})
    [(_, raison)] = fautes(refus)
    assert "« APPEL », de la fiche AUTRE," in raison


def test_cat_9_deux_fiches_qui_ne_valent_jamais_ensemble_ne_se_genent_pas() -> None:
    autre = en_route(contenu(APPEL), "AUTRE")
    autre, _ = publier(autre, JANVIER, contenu(finis=["APPEL"]))
    neuve = Fiche(code="ESSAI")
    with pytest.raises(FicheRefusee):
        publier(neuve, OCTOBRE, contenu(TRAJET), autres={"AUTRE": autre})
    suit, _ = publier(neuve, JANVIER, contenu(TRAJET), autres={"AUTRE": autre})
    with pytest.raises(FicheRefusee, match="TRAJET"):
        autre.retirer(2, {"ESSAI": suit.parutions.effectives}, ACTE)


# --- Retirer -------------------------------------------------------------------------------------


def test_cat_2_une_version_a_venir_se_retire_et_la_precedente_se_prolonge(fiche: Fiche) -> None:
    a_venir, _ = publier(fiche, OCTOBRE, replace(INITIAL, titre="Octobre"))
    a_venir, _ = publier(a_venir, OCTOBRE, replace(INITIAL, titre="Octobre, corrigé"))
    retiree, fait = a_venir.retirer(3, {}, ACTE)
    assert (fait.code, fait.version, fait.debut) == ("ESSAI", 3, OCTOBRE)
    assert retiree.parutions.effectives == fiche.parutions.effectives
    _, suivante = publier(retiree, OCTOBRE, replace(INITIAL, titre="Autre"))
    assert suivante.version.numero == 4


def test_cat_2_la_seule_version_d_une_fiche_se_retire(fiche: Fiche) -> None:
    neuve, _ = publier(Fiche(code="NEUVE"), OCTOBRE, INITIAL)
    retiree, _ = neuve.retirer(1, {}, ACTE)
    assert retiree.parutions.effectives.versions == ()


@pytest.mark.parametrize(
    ("numero", "refus"),
    [
        pytest.param(1, PublicationRefusee, id="commencée"),
        pytest.param(2, Conflit, id="remplacée"),
        pytest.param(0, Introuvable, id="inconnue"),
        pytest.param(9, Introuvable, id="à naître"),
    ],
)
def test_cat_2_seule_une_version_a_venir_qui_vaut_se_retire(
    fiche: Fiche, numero: int, refus: type[Exception]
) -> None:
    a_venir, _ = publier(fiche, OCTOBRE, replace(INITIAL, titre="Octobre"))
    a_venir, _ = publier(a_venir, OCTOBRE, replace(INITIAL, titre="Octobre, corrigé"))
    with pytest.raises(refus):
        a_venir.retirer(numero, {}, ACTE)


SANS_LIEN = version(mensuel(), grille(), SANS_MONTANT, finis=["LIEN"])


def test_cat_2_un_retrait_ne_fait_pas_disparaitre_un_tarif_sans_le_dire(fiche: Fiche) -> None:
    finie, _ = publier(fiche, OCTOBRE, SANS_LIEN)
    finie, _ = publier(finie, JANVIER, replace(SANS_LIEN, titre="Janvier"))
    with pytest.raises(FicheRefusee) as refus:
        finie.retirer(2, {}, ACTE)
    assert "« LIEN »" in fautes(refus)[0][1]


def test_cat_2_un_retrait_ne_rouvre_pas_un_montant_absent(fiche: Fiche) -> None:
    comblee = en_route(COMBLEE)
    finie, _ = publier(comblee, OCTOBRE, version(mensuel(), SANS_MONTANT, LIEN, finis=["FRAIS"]))
    renait = version(mensuel(), grille(), SANS_MONTANT, LIEN)
    renee, _ = publier(finie, JANVIER, renait)
    with pytest.raises(PublicationRefusee, match="plus aucun montant"):
        renee.retirer(2, {}, ACTE)


# --- Publier sur le bus --------------------------------------------------------------------------


def evenement(fiche: Fiche, dit: ContenuFiche) -> Evenement:
    return traduire(publier(fiche, OCTOBRE, dit)[1].fait(ACTE))


def test_le_libelle_publie_porte_la_precision_du_mcn(fiche: Fiche) -> None:
    precis = version(mensuel(precision="portatif"), grille(), SANS_MONTANT, LIEN)
    charge = evenement(fiche, precis).model_dump_json()
    assert '"libelle":"Tarif POSTE – portatif"' in charge
    assert '"montant":"60.00"' in charge


def test_cat_5_l_evenement_dit_tout_ce_que_dit_la_fiche(fiche: Fiche) -> None:
    """Un champ que le contrat ne connaîtrait pas se perdrait sans bruit."""
    publiee = evenement(fiche, COMBLEE).model_dump()
    attendu = asdict(COMBLEE)
    for dit in attendu["tarifs"]:
        assert dit.pop("precision") == ""
        assert dit.pop("cumule_avec") == ()
    for partie in ("tarifs", "indicateurs", "finis"):
        assert publiee[partie] == attendu[partie]


def test_cat_2_le_retrait_se_publie(fiche: Fiche) -> None:
    a_venir, _ = publier(fiche, OCTOBRE, replace(INITIAL, titre="Octobre"))
    retrait = traduire(a_venir.retirer(2, {}, ACTE)[1])
    assert (retrait.TYPE, retrait.cle) == ("fiche.retirée", "ESSAI")
    assert retrait.model_dump() == {"code": "ESSAI", "version": 2, "debut": OCTOBRE}
    assert len(PUBLICATIONS) == 2
