"""La table de transitions DEM-4, couple par couple, contre une copie écrite à la main du texte."""

from dataclasses import replace
from itertools import product

import pytest

from contrats import demandes as contrats
from demandes.clients.domaine.registre import Signature
from demandes.demande.adaptateurs.publications import traduire
from demandes.demande.domaine.demande import (
    TRANSITIONS,
    Demande,
    Etat,
    Geste,
    Sorte,
    TempsTravaille,
)
from demandes.demande.domaine.gestes import GestePose, LivraisonsManquantes, suivre
from demandes.demande.domaine.histoire import Dossier, GesteInscrit
from demandes.demande.domaine.intentions import Intention
from noyau import Conflit, Introuvable, TransitionImpossible
from services.demandes.tests.builders import ESPACE, a, acte, demande, histoire

# DEM-4, tel qu'il se lit : « creee+ » attend une approbation, « creee- » n'en attend pas.
TEXTE = """
brouillon       soumission creee
brouillon       annulation annulee
creee+          approbation approuvee
creee+          refus refusee
creee+          annulation annulee
creee-          prise_en_charge prise_en_charge
creee-          redirection redirigee
creee-          annulation annulee
approuvee       prise_en_charge prise_en_charge
approuvee       redirection redirigee
approuvee       annulation annulee
prise_en_charge suspension suspendue
prise_en_charge heures_travaillees prise_en_charge
prise_en_charge livraison completee
prise_en_charge completion completee
prise_en_charge redirection redirigee
prise_en_charge annulation annulee
suspendue       reprise prise_en_charge
suspendue       heures_travaillees suspendue
suspendue       annulation annulee
completee       reouverture prise_en_charge
"""
PERMIS = {(etat, geste): fin for etat, geste, fin in map(str.split, TEXTE.strip().splitlines())}
ETATS = sorted({etat.value for etat in Etat} - {"creee"} | {"creee+", "creee-"})

SIGNATURE = Signature(signataire_id=ESPACE)
TRAVAIL = TempsTravaille(tarif="AMENAGEMENT-BUR", minutes=30)
ACTE = acte(5)


def pose(geste: Geste, visee: Demande) -> GestePose:
    """Le geste, posé sur le premier article s'il en vise un."""
    vise = geste in {Geste.LIVRER, Geste.INSCRIRE_HEURES}
    return GestePose(
        acte_id=ESPACE,
        geste=geste,
        annonce_le=a(5),
        survenu_le=a(5),
        enregistre_le=a(5),
        acteur="agent",
        motif="motif",
        signature=SIGNATURE if geste in {Geste.APPROUVER, Geste.REFUSER} else None,
        article_id=visee.articles[0].id if vise and visee.articles else None,
        articles=tuple(article.id for article in visee.articles),
        travail=TRAVAIL if geste is Geste.INSCRIRE_HEURES else None,
    )


def dans(etat: str, geste: Geste | None = None) -> Demande:
    """Un aménagement dans cet état : tous les gestes s'y essaient, sauf la complétion.

    Celle-ci ne s'inscrit que sur une demande sans article : un soutien étendu.
    """
    sans_article = geste is Geste.COMPLETER
    base = demande(Sorte.SOUTIEN_ETENDU if sans_article else Sorte.AMENAGEMENT_UTILISATEUR)
    faits = replace(base.faits, approbation_requise=etat != "creee-")
    fini = a(2) if etat == "completee" else None
    return replace(
        base,
        faits=faits,
        etat=Etat(etat.rstrip("+-")),
        soumise_le=a(0),
        completee_le=fini,
        articles=tuple(replace(article, livre_le=fini) for article in base.articles),
    )


@pytest.mark.parametrize(("etat", "geste"), list(product(ETATS, Geste)))
def test_dem_4_chaque_couple_etat_acte(etat: str, geste: Geste) -> None:
    avant = dans(etat, geste)
    if (etat, geste) not in PERMIS:
        with pytest.raises(TransitionImpossible) as refus:
            suivre(avant, pose(geste, avant))
        assert refus.value.regle == "DEM-4"
        assert refus.value.details["etat"] == avant.etat
        permis = {g for e, g in PERMIS if e == etat}
        assert set(refus.value.details["actes_permis"]) == permis  # type: ignore[call-overload]
        return
    assert suivre(avant, pose(geste, avant)).etat == PERMIS[etat, geste]


def test_dem_4_la_table_couvre_tous_les_etats() -> None:
    assert {etat for etat, _ in TRANSITIONS} == set(Etat)


@pytest.mark.parametrize("geste", list(Geste))
def test_chaque_geste_dit_ce_qu_il_publie(geste: Geste) -> None:
    brouillon = demande(Sorte.AMENAGEMENT_UTILISATEUR)
    inscrit = GesteInscrit(
        demande=brouillon,
        pose=pose(geste, brouillon),
        annoncee=True,
        acte_id=ESPACE,
        survenu_le=a(5),
    )
    evenement = traduire(inscrit)
    assert evenement is not None
    assert evenement.cle == str(brouillon.id)
    muet = replace(inscrit, annoncee=False)
    assert (traduire(muet) is None) is (geste is Geste.ANNULER), "un brouillon n'était pas annoncé"


def test_dem_4_un_brouillon_annule_ne_publie_rien() -> None:
    brouillon = demande()
    annulation = Intention(demande_id=brouillon.id, geste=Geste.ANNULER).gestes(brouillon, ACTE)
    (fait,) = Dossier.neuf(brouillon).inscrire(annulation, (), ACTE).faits
    assert isinstance(fait, GesteInscrit)
    assert traduire(fait) is None


def test_dem_4_le_dernier_article_complete_a_l_heure_de_la_derniere_livraison() -> None:
    prise = histoire(demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN"), acte(1))
    poste, logiciel = (article.id for article in prise.brouillon.articles)

    def livrer(dossier: Dossier, article_id: object, heure: float) -> Dossier:
        voulu = Intention(
            demande_id=prise.brouillon.id,
            geste=Geste.LIVRER,
            article_id=article_id,  # type: ignore[arg-type]
            survenu_le=a(heure),
        )
        gestes = voulu.gestes(dossier.brouillon, ACTE)
        return dossier.inscrire(gestes, (), ACTE).dossier

    completion = Intention(demande_id=prise.brouillon.id, geste=Geste.COMPLETER)
    with pytest.raises(LivraisonsManquantes):
        prise.inscrire(completion.gestes(prise.brouillon, ACTE), (), ACTE)
    livree = livrer(prise, logiciel, 4)
    assert livree.demande.etat is Etat.PRISE_EN_CHARGE
    # La livraison du poste, survenue avant celle du logiciel, s'apprend après.
    fin = livrer(livree, poste, 3)
    assert (fin.demande.etat, fin.demande.completee_le) == (Etat.COMPLETEE, a(4))
    assert list(fin.completions.values()) == [a(4)]
    with pytest.raises(Conflit):
        livrer(livree, logiciel, 4.5)
    with pytest.raises(Introuvable):
        livrer(livree, ESPACE, 4)


def test_dem_12_les_heures_ont_leur_evenement_et_la_reouverture_les_garde() -> None:
    prise = histoire(demande(Sorte.AMENAGEMENT_UTILISATEUR), acte(1))
    voulu = Intention(demande_id=prise.brouillon.id, geste=Geste.COMPLETER, travaux=(TRAVAIL,))
    fin = prise.inscrire(voulu.gestes(prise.brouillon, ACTE), (), ACTE)
    assert [type(traduire(fait)) for fait in fin.faits] == [  # type: ignore[arg-type]
        contrats.TravailEffectue,
        contrats.AmenagementComplete,
        contrats.DemandeCompletee,
    ]
    reouverture = Intention(demande_id=prise.brouillon.id, geste=Geste.ROUVRIR, motif="reprise")
    rouverte = fin.dossier.inscrire(
        reouverture.gestes(prise.brouillon, acte(6)), (), acte(6)
    ).demande
    assert (rouverte.a_livrer, rouverte.completee_le) == (rouverte.articles, None)
    assert rouverte.articles[0].travaux == (TRAVAIL,), "travaillé reste travaillé"


def test_dem_4_ni_futur_ni_avant_la_soumission() -> None:
    soumise = histoire(demande(), acte(1), jusqua=Geste.APPROUVER)
    for survenu in (a(5.2), a(-1)):
        voulu = Intention(
            demande_id=soumise.brouillon.id, geste=Geste.PRENDRE_EN_CHARGE, survenu_le=survenu
        )
        with pytest.raises(Conflit):
            soumise.inscrire(voulu.gestes(soumise.brouillon, ACTE), (), ACTE)
