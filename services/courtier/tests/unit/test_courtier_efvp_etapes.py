"""CI-13 : l'EFVP d'un dossier, geste par geste : lieu, données, version d'offre, fournisseur."""

from dataclasses import replace
from datetime import timedelta

import pytest

from courtier.catalogue.domaine import Zone
from courtier.dossiers.domaine.actes import Etape, Retour, ScenarioChiffre
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.efvp import Conclusion, Efvp
from services.courtier.tests import parcours as p
from services.courtier.tests.builders import LE_2_SEPTEMBRE, TABLEUR
from services.courtier.tests.unit.test_courtier_etapes import UNE_OFFRE, refus


def conclusion(**champs: object) -> Conclusion:
    dite = Conclusion(
        offre_id=TABLEUR, lieu="Montréal", accepte=True, protection_adequate=None, motif="",
        version_offre=2, zone=Zone.QUEBEC, hors_quebec=False,
    )  # fmt: skip
    return replace(dite, **champs)  # type: ignore[arg-type]


def avec_rp() -> Dossier:
    """Un dossier avec renseignements personnels, au bord de la rencontre."""
    [voulue] = p.SCENARIOS[1].offres
    au_quebec = replace(p.SCENARIOS[1], offres=(replace(voulue, lieu="Montréal"),))
    bas = p.calculs()[1]
    return p.poser(
        p.VIDE, p.besoins(40, 40, rp=True), UNE_OFFRE, p.conforme(TABLEUR),
        ScenarioChiffre(scenario=au_quebec, calcul=bas), replace(p.choix(), calculs=(bas,)),
        p.CONTACT, p.INFORMATIONS,
    )  # fmt: skip


def efvp(*conclusions: Conclusion, rp: bool = True) -> Efvp:
    donnees = replace(p.DONNEES, renseignements_personnels=rp)
    return replace(p.EFVP, donnees=donnees, conclusions=conclusions)


@pytest.mark.parametrize(
    "deposee",
    [
        efvp(),
        efvp(conclusion(lieu="Toronto")),
        efvp(conclusion(version_offre=1)),
        efvp(conclusion(), rp=False),
    ],
)
def test_ci_13_un_changement_de_lieu_de_donnees_ou_d_offre_redemande_l_efvp(deposee: Efvp) -> None:
    assert refus(avec_rp(), p.RENCONTRE).regle == "CI-13"
    assert refus(p.poser(avec_rp(), deposee), p.RENCONTRE).regle == "CI-13"
    assert p.poser(avec_rp(), deposee, efvp(conclusion()), p.RENCONTRE).etape is Etape.CONTRAT


def test_ci_13_un_fournisseur_qui_traite_desormais_hors_du_quebec_redemande_l_efvp() -> None:
    ailleurs = p.circonstances(pays="US")
    accepte = p.poser(avec_rp(), efvp(conclusion()))
    assert refus(accepte, p.RENCONTRE, dans=ailleurs).regle == "CI-13"
    adequat = p.poser(avec_rp(), efvp(conclusion(protection_adequate=True)))
    assert p.poser(adequat, p.RENCONTRE, dans=ailleurs).etape is Etape.CONTRAT


def test_ci_13_un_lieu_ecarte_ne_se_choisit_pas() -> None:
    ecarte = p.poser(avec_rp(), efvp(conclusion(accepte=False)))
    for contenu in (p.RENCONTRE, p.CONTACT):
        assert refus(ecarte, contenu).regle == "CI-13"
    revenu = p.poser(ecarte, Retour(etape=Etape.CHOIX, motif="Le lieu est écarté."))
    choix = replace(p.choix(), calculs=(p.calculs()[1],))
    assert refus(revenu, choix).regle == "CI-13"


def test_ci_13_l_efvp_precede_la_rencontre_par_sa_date() -> None:
    demain = LE_2_SEPTEMBRE + timedelta(days=1)
    tardive = replace(efvp(conclusion()), date=p.JOUR + p.UN_JOUR)
    dossier = p.poser(avec_rp(), tardive, le=demain)
    assert refus(dossier, p.RENCONTRE, le=demain).regle == "CI-13"
    assert refus(avec_rp(), tardive).regle == "CI-13"


def test_ci_13_une_efvp_ne_se_date_pas_d_avant_les_besoins() -> None:
    antidatee = replace(efvp(conclusion()), date=p.JOUR - p.UN_JOUR)
    assert refus(avec_rp(), antidatee).regle == "CI-13"
