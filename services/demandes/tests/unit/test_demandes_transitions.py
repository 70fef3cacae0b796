"""La table de transitions DEM-4, couple par couple, contre une copie écrite à la main du texte."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from demandes.clients.domaine import Signature
from demandes.demande.adaptateurs.publications import traduire
from demandes.demande.domaine.demande import (
    TRANSITIONS,
    Avancee,
    Demande,
    Etat,
    Geste,
    LivraisonsManquantes,
    Sorte,
    TempsTravaille,
)
from noyau import Conflit, Introuvable, TransitionImpossible
from services.demandes.tests.builders import ESPACE, a, acte, demande

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
TRAVAUX = (TempsTravaille(tarif="AMENAGEMENT-BUR", minutes=30),)
ACTE = acte(5)
GESTES: dict[Geste, Callable[[Demande], Avancee]] = {
    Geste.SOUMETTRE: lambda d: d.soumettre(d.faits, ACTE),
    Geste.APPROUVER: lambda d: d.approuver(SIGNATURE, ACTE),
    Geste.REFUSER: lambda d: d.refuser(SIGNATURE, "non", ACTE),
    Geste.PRENDRE_EN_CHARGE: lambda d: d.prendre_en_charge(ACTE),
    Geste.SUSPENDRE: lambda d: d.suspendre("attente", ACTE),
    Geste.REPRENDRE: lambda d: d.reprendre("suite", ACTE),
    Geste.INSCRIRE_HEURES: lambda d: d.inscrire_heures(TRAVAUX, ACTE),
    Geste.LIVRER: lambda d: d.livrer(d.articles[0].id, None, ACTE),
    Geste.COMPLETER: lambda d: d.completer(ACTE),
    Geste.ANNULER: lambda d: d.annuler(None, ACTE),
    Geste.ROUVRIR: lambda d: d.rouvrir("panne", ACTE),
    Geste.REDIRIGER: lambda d: d.rediriger(None, ACTE),
}


def dans(etat: str) -> Demande:
    """Un aménagement dans cet état : tous les gestes s'y essaient."""
    base = demande(Sorte.AMENAGEMENT_UTILISATEUR)
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
    avant = dans(etat)
    if (etat, geste) not in PERMIS:
        with pytest.raises(TransitionImpossible) as refus:
            GESTES[geste](avant)
        assert refus.value.regle == "DEM-4"
        assert refus.value.details["etat"] == avant.etat
        permis = {g for e, g in PERMIS if e == etat}
        assert set(refus.value.details["actes_permis"]) == permis  # type: ignore[call-overload]
        return
    apres, poses = GESTES[geste](avant)
    assert apres.etat == PERMIS[etat, geste]
    assert apres.version == avant.version + len(poses)
    assert poses[-1].demande == apres
    assert all(p.acteur == "agent" and p.enregistre_le == ACTE.le for p in poses)


def test_dem_4_la_table_couvre_tous_les_etats() -> None:
    assert {etat for etat, _ in TRANSITIONS} == set(Etat)
    assert set(GESTES) == set(Geste)


@pytest.mark.parametrize("geste", list(Geste))
def test_chaque_geste_dit_ce_qu_il_publie(geste: Geste) -> None:
    etat = [e for e, g in PERMIS if g == geste][-1]
    _, poses = GESTES[geste](dans(etat))
    publies = [traduire(pose) for pose in poses]
    assert (publies[0] is None) == (geste is Geste.INSCRIRE_HEURES)
    assert all(pose.survenu_le == a(5) for pose in poses)


def test_dem_4_un_brouillon_annule_ne_publie_rien() -> None:
    _, (pose,) = demande().annuler(None, ACTE)
    assert traduire(pose) is None


def test_dem_4_le_dernier_article_complete_a_l_heure_de_la_derniere_livraison() -> None:
    prise = replace(
        demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN"),
        etat=Etat.PRISE_EN_CHARGE,
        soumise_le=a(0),
    )
    poste, logiciel = (article.id for article in prise.articles)
    with pytest.raises(LivraisonsManquantes):
        prise.completer(ACTE)
    livree, poses = prise.livrer(logiciel, ESPACE, ACTE, a(4))
    assert (livree.etat, len(poses)) == (Etat.PRISE_EN_CHARGE, 1)
    # La livraison du poste, survenue avant celle du logiciel, s'apprend après.
    fin, poses = livree.livrer(poste, ESPACE, ACTE, a(3))
    assert (fin.etat, fin.completee_le) == (Etat.COMPLETEE, a(4))
    assert [(p.geste, p.survenu_le) for p in poses] == [
        (Geste.LIVRER, a(3)),
        (Geste.COMPLETER, a(4)),
    ]
    with pytest.raises(Conflit):
        livree.livrer(logiciel, ESPACE, ACTE)
    with pytest.raises(Introuvable):
        livree.livrer(ESPACE, ESPACE, ACTE)


def test_dem_4_la_reouverture_ne_redit_pas_le_temps_deja_annonce() -> None:
    prise = dans("prise_en_charge")
    fin, _ = prise.completer(ACTE, travaux=TRAVAUX)
    assert fin.articles[0].travaux == TRAVAUX
    rouverte, _ = fin.rouvrir("reprise", acte(6))
    assert (rouverte.a_livrer, rouverte.completee_le) == (rouverte.articles, None)
    assert rouverte.articles[0].travaux == ()


def test_dem_4_ni_futur_ni_avant_la_soumission() -> None:
    creee = dans("approuvee")
    for survenu in (a(5.1), a(-1)):
        with pytest.raises(Conflit, match="fait"):
            creee.prendre_en_charge(ACTE, survenu)


def test_dem_10_completee_n_est_finale_que_pour_ce_qui_l_a_precedee() -> None:
    assert dans("completee").est_finale_pour(a(2))
    assert not dans("completee").est_finale_pour(a(3))
    for etat in ("refusee", "annulee", "redirigee"):
        assert dans(etat).est_finale_pour(a(9))
    for etat in ("creee+", "prise_en_charge", "suspendue"):
        assert not dans(etat).est_finale_pour(a(0))
