"""CI-10 : la table des préalables refuse et dit ce qui manque; CI-13 à CI-16, geste par geste."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtier.dossiers.domaine.actes import (
    ETAPES,
    GESTES,
    Cloture,
    Contenu,
    Etape,
    Fin,
    Geste,
    Retour,
    ScenarioChiffre,
)
from courtier.dossiers.domaine.choix import Autorisation, Reddition
from courtier.dossiers.domaine.demarrage import (
    Conclusion,
    Preparation,
    RefusFournisseur,
    SignatureClient,
)
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import LAISSE, PREALABLES, REGLES, Prealable, manque
from courtier.dossiers.domaine.scenarios import Calcul
from noyau import Conflit
from services.courtier.tests import parcours as p
from services.courtier.tests.builders import (
    AUTRE_FOURNISSEUR,
    CONTRAT_ID,
    COURRIEL,
    FOURNISSEUR,
    LE_2_SEPTEMBRE,
    TABLEUR,
)


def refus(dossier: Dossier, contenu: Contenu, **autour: object) -> Conflit:
    """Le refus de ce geste; le dossier n'en change pas."""
    avant = dossier.actes
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, contenu, **autour)  # type: ignore[arg-type]
    assert dossier.actes == avant
    return leve.value


def test_ci_10_la_table_est_totale() -> None:
    assert set(PREALABLES) == set(Geste) == set(ETAPES)
    assert set(REGLES) == set(Prealable)
    assert set(GESTES) == set(get_args(Contenu))
    dits = {prealable for prealables in PREALABLES.values() for prealable in prealables}
    assert dits | {q for gardes in LAISSE.values() for q in gardes} == set(Prealable)


def test_ci_10_le_chemin_entier_se_mene_etape_par_etape() -> None:
    dossier, etapes = p.VIDE, []
    for faire in p.CHEMIN:
        dossier = p.poser(dossier, faire())
        etapes.append(int(dossier.etape))
    assert etapes == [2, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5]
    assert (dossier.version, dossier.est_signe, dossier.contrat_id) == (16, True, CONTRAT_ID)


@pytest.mark.parametrize("rang", range(1, len(p.CHEMIN)))
def test_ci_10_aucun_geste_ne_devance_tous_ses_predecesseurs(rang: int) -> None:
    """Posé sur un dossier vide, chaque geste est refusé et dit ce qui manque, par la table."""
    contenu = p.CHEMIN[rang]()
    leve = refus(p.VIDE, contenu)
    geste = GESTES[type(contenu)][0]
    dits = manque(geste, p.VIDE, p.circonstances())
    assert leve.regle == dits[0].regle
    assert leve.details["manque"] == [
        {"prealable": m.prealable, "regle": m.regle, "texte": m.texte, "offres": []} for m in dits
    ]


def attendu(poses: list[Geste]) -> set[Geste]:
    """Un vérificateur naïf des gestes du chemin : qui se peut, selon ce qui est déjà posé."""
    fait = set(poses)
    hautes = [e for g in fait if (e := ETAPES[g]) is not None]
    avant: dict[Geste, set[Geste]] = {
        Geste.BESOINS: set(),
        Geste.CONSULTATION: {Geste.BESOINS},
        Geste.CONFORMITE: {Geste.CONSULTATION},
        Geste.SCENARIO: {Geste.CONFORMITE},
        Geste.CHOIX: {Geste.SCENARIO},
        Geste.CONTACT: {Geste.CHOIX},
        Geste.INFORMATIONS: {Geste.CONTACT},
        Geste.RENCONTRE: {Geste.INFORMATIONS},
        Geste.BUDGET: {Geste.CHOIX},
        Geste.CONFIRMATION: {Geste.RENCONTRE, Geste.BUDGET},
        Geste.ADMISSIBILITE: {Geste.CONFIRMATION},
        Geste.PREPARATION: {Geste.ADMISSIBILITE},
        Geste.SIGNATURE_CLIENT: {Geste.PREPARATION},
    }
    if Geste.SIGNATURE_CLIENT in fait:
        return set()
    return {
        geste
        for geste, requis in avant.items()
        if requis <= fait and max(hautes, default=Etape.BESOINS) <= (ETAPES[geste] or Etape.CONTRAT)
    }


UNIQUES = [f for rang, f in enumerate(p.CHEMIN) if rang not in {3, 4}]
"""Un contenu de chaque geste du chemin : le plus bas scénario, et son offre conforme."""


UNE_OFFRE = replace(p.CONSULTATION, retenues=(TABLEUR,))


def _contenus() -> dict[Geste, Contenu]:
    dits = {GESTES[type(c)][0]: c for c in (faire() for faire in UNIQUES)}
    dits[Geste.CONSULTATION] = UNE_OFFRE
    dits[Geste.CONFORMITE] = p.conforme(TABLEUR)
    bas = p.calculs()[1]
    dits[Geste.SCENARIO] = ScenarioChiffre(scenario=p.SCENARIOS[1], calcul=bas)
    dits[Geste.CHOIX] = replace(p.choix(), calculs=(bas,))
    return dits


CONTENUS = _contenus()


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 999)), max_size=40))
def test_ci_10_aucun_chemin_ne_signe_sans_ses_prealables(tires: list[tuple[int, int]]) -> None:
    """Des dossiers au hasard, souvent menés loin : la table et le vérificateur naïf s'accordent."""
    dossier, poses = p.VIDE, list[Geste]()
    for sort, rang in tires:
        possibles = attendu(poses)
        neufs = sorted(possibles - set(poses))
        parmi = neufs if sort and neufs else sorted(CONTENUS)
        geste = parmi[rang % len(parmi)]
        permis = geste in possibles
        try:
            suivant = p.poser(dossier, CONTENUS[geste])
        except Conflit:
            assert not permis, (geste, poses)
        else:
            assert permis, (geste, poses)
            dossier = suivant
            if geste is Geste.CONFIRMATION and Geste.PREPARATION in poses:
                poses.remove(Geste.PREPARATION)
            poses = [g for g in poses if g is not geste] + [geste]
        assert dossier.est_signe == (Geste.SIGNATURE_CLIENT in poses)


def test_ci_10_un_retour_n_efface_rien_et_rend_la_suite_a_refaire() -> None:
    confirme = p.mene(Geste.CONFIRMATION)
    revenu = p.poser(confirme, Retour(etape=Etape.CONFORMITE, motif="Une offre de plus."))
    assert revenu.actes[: len(confirme.actes)] == confirme.actes
    assert (revenu.tour, revenu.etape) == (2, Etape.CHOIX)
    a_refaire = {a.geste for a in revenu.actes if revenu.a_refaire(a)}
    assert a_refaire == {
        Geste.SCENARIO, Geste.CHOIX, Geste.CONTACT, Geste.INFORMATIONS, Geste.RENCONTRE,
        Geste.BUDGET, Geste.CONFIRMATION,
    }  # fmt: skip
    assert refus(revenu, p.choix()).regle == "CI-14"
    encore = p.poser(revenu, *(faire() for faire in p.CHEMIN[4:]))
    assert encore.est_signe
    assert {a.tour for a in encore.actes[len(revenu.actes) :]} == {2}


def test_ci_10_on_ne_refait_une_etape_qu_en_y_revenant() -> None:
    choisi = p.mene(Geste.CHOIX)
    for contenu in (p.besoins(), p.CONSULTATION, p.conforme(COURRIEL)):
        leve = refus(choisi, contenu)
        assert leve.regle == "CI-10"
        assert "revient d'abord" in leve.message
    rien = Retour(etape=Etape.CONTRAT, motif="Pour voir.")
    assert "Rien ne suit" in refus(choisi, rien).message


def test_ci_10_signe_par_le_client_on_ne_revient_plus_sauf_refus_du_fournisseur() -> None:
    signe = p.mene(Geste.SIGNATURE_CLIENT)
    retour = Retour(etape=Etape.CHOIX, motif="Trop tard.")
    for contenu in (retour, Cloture(issue=Fin.SANS_SUITE, motif="Reporté."), p.budget()):
        assert refus(signe, contenu).regle == "CI-10"
    libre = p.poser(signe, RefusFournisseur(contrat_id=CONTRAT_ID))
    assert (libre.est_signe, libre.contrat_id) == (False, None)
    assert p.poser(libre, retour).tour == 2


def test_ci_10_un_dossier_clos_ne_bouge_plus() -> None:
    clos = p.poser(p.mene(Geste.CHOIX), Cloture(issue=Fin.SANS_SUITE, motif="Reporté."))
    assert clos.issue is Fin.SANS_SUITE
    for geste in set(Geste) - {Geste.REDDITION}:
        assert Prealable.EN_COURS in {
            m.prealable for m in manque(geste, clos, p.circonstances())
        }, geste


def test_ci_14_une_offre_conforme_sans_scenario_a_elle_seule_bloque_le_choix() -> None:
    """Ni tue, ni jointe à une autre : un rival se compare tel qu'il est, ou le choix l'attend."""
    seul = p.poser(p.mene(Geste.CONFORMITE), p.CHEMIN[5]())
    bloque = refus(seul, p.choix())
    assert bloque.regle == "CI-14"
    assert str(COURRIEL) in str(bloque.details["manque"])
    [manquant] = manque(Geste.CHOIX, seul, p.circonstances())
    assert manquant.offres == (COURRIEL,)
    [voulue] = p.SCENARIOS[0].offres
    gonfle = replace(p.SCENARIOS[0], offres=(voulue, replace(voulue, offre_id=TABLEUR)))
    joint = p.poser(seul, ScenarioChiffre(scenario=gonfle, calcul=p.calculs()[0]))
    assert joint.non_comparees == (COURRIEL,)
    assert p.poser(p.mene(Geste.SCENARIO), p.choix()).non_comparees == ()


def test_ci_14_une_offre_retenue_se_juge_et_non_conforme_n_attend_pas_de_scenario() -> None:
    bas = p.calculs()[1]
    un_scenario = ScenarioChiffre(scenario=p.SCENARIOS[1], calcul=bas)
    choix = replace(p.choix(), calculs=(bas,))
    tue = p.poser(p.VIDE, p.besoins(), p.CONSULTATION, p.conforme(TABLEUR), un_scenario)
    assert refus(tue, choix).regle == "CI-14"
    jugee = p.poser(
        p.VIDE, p.besoins(), p.CONSULTATION, p.conforme(TABLEUR),
        p.conforme(COURRIEL, satisfaite=False), un_scenario, choix,
    )  # fmt: skip
    assert jugee.atteinte is Etape.CHOIX
    sans = p.poser(p.VIDE, p.besoins(), UNE_OFFRE, p.conforme(TABLEUR), un_scenario, choix)
    assert sans.atteinte is Etape.CHOIX


def test_ci_15_un_autre_que_le_plus_bas_attend_le_dirigeant_avant_la_rencontre() -> None:
    contact = replace(p.CONTACT, fournisseur_id=FOURNISSEUR)
    cher = p.poser(p.mene(Geste.SCENARIO), p.choix(p.CHER), contact, p.INFORMATIONS)
    bloque = refus(cher, p.RENCONTRE)
    assert (bloque.regle, bloque.details["ecart"]) == ("CI-15", "2400.00")
    assert p.poser(cher, p.RENCONTRE, dans=p.circonstances(rcti=False)).etape is Etape.CONTRAT
    assert refus(cher, p.autorisation("2399.99")).regle == "CI-15"
    assert refus(cher, p.autorisation(scenario_id=p.BAS)).regle == "CI-15"
    assert refus(cher, p.autorisation(le=p.JOUR - p.UN_JOUR)).regle == "CI-15"
    assert refus(cher, p.autorisation(le=p.JOUR + p.UN_JOUR)).regle == "CI-15"
    autorise = p.poser(cher, p.autorisation("2400.00"))
    assert p.poser(autorise, p.RENCONTRE).valant[-1].geste is Geste.RENCONTRE


def test_ci_15_une_autorisation_datee_apres_la_rencontre_ne_la_permet_pas() -> None:
    contact = replace(p.CONTACT, fournisseur_id=FOURNISSEUR)
    cher = p.poser(p.mene(Geste.SCENARIO), p.choix(p.CHER), contact, p.INFORMATIONS)
    demain = LE_2_SEPTEMBRE + timedelta(days=1)
    tardive = p.poser(cher, p.autorisation(le=p.JOUR + p.UN_JOUR), le=demain)
    assert "avant la rencontre" in refus(tardive, p.RENCONTRE, le=demain).message
    libre = p.poser(tardive, p.RENCONTRE, le=demain, dans=p.circonstances(rcti=False))
    assert libre.valant[-1].geste is Geste.RENCONTRE


def test_ci_15_on_rend_compte_au_sct_d_un_choix_autorise_meme_le_dossier_clos() -> None:
    cher = p.poser(p.mene(Geste.SCENARIO), p.choix(p.CHER))
    compte = Reddition(date=p.JOUR, empreinte="7" * 64)
    assert refus(cher, compte).regle == "CI-15"
    autorise = p.poser(cher, p.autorisation())
    assert refus(autorise, replace(compte, date=p.JOUR - p.UN_JOUR)).regle == "CI-15"
    assert refus(autorise, replace(compte, date=p.JOUR + p.UN_JOUR)).regle == "CI-15"
    rendu = p.poser(autorise, compte)
    assert (rendu.dernier(Reddition), rendu.reddition_due) == (compte, False)
    assert "déjà sa reddition" in refus(rendu, compte).message
    encore = p.poser(rendu, p.autorisation("6000.00"), compte)
    assert len(encore.tous(Reddition)) == 2
    conclu = p.poser(_signe_autorise(), Conclusion(contrat_id=CONTRAT_ID))
    assert p.poser(conclu, compte).dernier(Reddition) == compte
    sans_suite = p.poser(autorise, Cloture(issue=Fin.SANS_SUITE, motif="Reporté."))
    assert refus(sans_suite, compte).regle == "CI-15"


def _signe_autorise() -> Dossier:
    """Le plus bas, signé; le dirigeant l'avait autorisé."""
    choisi = p.poser(p.mene(Geste.CHOIX), p.autorisation(scenario_id=p.BAS))
    suite = [faire() for faire in p.CHEMIN][len(choisi.actes) - 1 :]
    return p.poser(choisi, *suite)


def test_ci_15_un_autre_choix_rend_l_autorisation_et_sa_reddition_a_refaire() -> None:
    compte = Reddition(date=p.JOUR, empreinte="7" * 64)
    cher = p.poser(p.mene(Geste.SCENARIO), p.choix(p.CHER), p.autorisation(), compte)
    assert p.poser(cher, p.choix(p.CHER)).dernier(Reddition) == compte, "le même choix, redit"
    bas = p.poser(cher, p.choix(p.BAS))
    assert (bas.dernier(Autorisation), bas.dernier(Reddition)) == (None, None)
    assert [a.geste for a in bas.actes if bas.a_refaire(a)] == [
        Geste.AUTORISATION, Geste.REDDITION
    ]  # fmt: skip
    assert refus(bas, compte).regle == "CI-15"
    assert p.poser(bas, p.choix(p.CHER)).autorisations == ()


@pytest.mark.parametrize("geste", [Geste.CONFIRMATION, Geste.PREPARATION, Geste.SIGNATURE_CLIENT])
def test_ci_15_la_regle_se_rejoue_a_chaque_fois_que_les_prix_se_relisent(geste: Geste) -> None:
    """L'autre scénario devient le moins cher : blocage, écart dit, jusqu'à l'autorisation."""
    avant = p.mene(_precedent(geste))
    baisse = p.calculs(cher="9.00")

    def rejouer(calculs: tuple[Calcul, ...]) -> Contenu:
        match geste:
            case Geste.CONFIRMATION:
                return p.confirmation().avec(calculs, ())
            case Geste.PREPARATION:
                return Preparation(contrat_id=CONTRAT_ID, calculs=calculs)
            case _:
                return SignatureClient(contrat_id=CONTRAT_ID, calculs=calculs)

    contenu = rejouer(baisse)
    bloque = refus(avant, contenu)
    assert (bloque.regle, bloque.details["ecart"]) == ("CI-15", "960.00")
    libre = p.poser(avant, contenu, dans=p.circonstances(rcti=False))
    assert libre.valant[-1].geste is geste
    autorise = p.poser(avant, p.autorisation("960.00", scenario_id=p.BAS))
    assert p.poser(autorise, contenu).valant[-1].geste is geste
    plus_bas_encore = rejouer(p.calculs(cher="8.00"))
    assert refus(autorise, plus_bas_encore).details["ecart"] == "1920.00"


def _precedent(geste: Geste) -> Geste:
    suite = list(dict.fromkeys(GESTES[type(f())][0] for f in p.CHEMIN))
    return suite[suite.index(geste) - 1]


def test_ci_16_le_total_ne_depasse_jamais_l_autorisation_budgetaire() -> None:
    rencontre = p.poser(p.mene(Geste.RENCONTRE), p.budget("9600.00"))
    assert p.poser(rencontre, p.confirmation()).valant[-1].geste is Geste.CONFIRMATION
    plus = refus(rencontre, p.confirmation(40, 41))
    assert (plus.regle, plus.details["total"]) == ("CI-16", "9720.00")
    confirme = p.poser(rencontre, p.budget("9720.00"), p.confirmation(40, 41))
    assert confirme.besoins == p.besoins(40, 41)
    cher = Preparation(contrat_id=CONTRAT_ID, calculs=p.calculs("30.00", "20.00"))
    assert refus(p.poser(confirme, p.admissibilite()), cher).regle == "CI-16"


def test_ci_16_une_confirmation_tait_ce_que_celle_d_avant_a_change() -> None:
    """Taire n'est pas revenir aux besoins de l'étape 1."""
    rencontre = p.poser(p.mene(Geste.RENCONTRE), p.budget())
    confirme = p.poser(rencontre, p.confirmation(40, 41), p.confirmation())
    assert confirme.besoins == p.besoins(40, 41)
    choisi = rencontre.choisi
    assert choisi is not None
    (offre,) = choisi.offres
    (base,) = offre.composantes
    autres = (replace(offre, composantes=(replace(base, sert=Decimal(2)),)),)
    une = replace(p.confirmation(), offres=autres)
    confirme = p.poser(rencontre, une, p.confirmation())
    assert confirme.choisi is not None
    assert confirme.choisi.offres == autres


def test_ci_16_l_admissibilite_vaut_encore_le_jour_de_la_signature() -> None:
    confirme = p.mene(Geste.CONFIRMATION)
    courte = p.poser(confirme, p.admissibilite(jusqu_au=p.JOUR))
    preparation = Preparation(contrat_id=CONTRAT_ID, calculs=p.calculs())
    prepare = p.poser(courte, preparation)
    signature = SignatureClient(contrat_id=CONTRAT_ID, calculs=p.calculs())
    lendemain = p.circonstances(p.JOUR + p.UN_JOUR)
    leve = refus(prepare, signature, dans=lendemain)
    assert (leve.regle, "admissibilité" in leve.message) == ("CI-16", True)
    assert refus(confirme, p.admissibilite(FOURNISSEUR)).regle == "CI-16"


def test_ci_16_chaque_nature_verifiee_vaut_par_elle_meme_le_jour_de_la_signature() -> None:
    """Vérifier le RENA ne rend pas valable l'attestation de Revenu Québec qui a expiré."""
    courte = p.admissibilite(jusqu_au=p.JOUR)
    dossier = p.poser(p.mene(Geste.CONFIRMATION), courte, p.admissibilite(nature="rena"))
    preparation = Preparation(contrat_id=CONTRAT_ID, calculs=p.calculs())
    assert p.poser(dossier, preparation).contrat_id == CONTRAT_ID
    lendemain = p.circonstances(p.JOUR + p.UN_JOUR)
    assert refus(dossier, preparation, dans=lendemain).regle == "CI-16"
    refaite = p.poser(dossier, p.admissibilite())
    assert p.poser(refaite, preparation, dans=lendemain).contrat_id == CONTRAT_ID
    assert refaite.admissibilite is not None
    assert {v.nature for v in refaite.admissibilite.verifications} == {"attestation", "rena"}


def test_ci_16_un_geste_ne_se_date_ni_du_futur_ni_d_avant_ce_qui_le_permet() -> None:
    contacte = p.mene(Geste.INFORMATIONS)
    seconde = timedelta(seconds=1)
    for tenue in (LE_2_SEPTEMBRE + 2 * seconde, LE_2_SEPTEMBRE - seconde):
        assert refus(contacte, replace(p.RENCONTRE, tenue_le=tenue)).regle == "CI-16"
    choisi = p.mene(Geste.CHOIX)
    assert refus(choisi, replace(p.CONTACT, fournisseur_id=FOURNISSEUR)).regle == "CI-16"
    for le in (LE_2_SEPTEMBRE + seconde, LE_2_SEPTEMBRE - seconde):
        assert refus(choisi, replace(p.CONTACT, le=le)).regle == "CI-16"
    assert p.poser(choisi, p.CONTACT).atteinte is Etape.CONTRAT
    assert p.CONTACT.fournisseur_id == AUTRE_FOURNISSEUR
    futur = replace(p.budget(), date=p.JOUR + p.UN_JOUR, montant=Decimal("20000.00"))
    assert refus(choisi, futur).regle == "CI-16"
    d_avant = replace(p.budget(), date=p.JOUR - p.UN_JOUR)
    assert refus(choisi, d_avant).regle == "CI-16"
