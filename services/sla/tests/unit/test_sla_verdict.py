"""Cas dorés de SLA-2, SLA-3, DEM-12 et DEM-13, comptés à la main en septembre 2026.

lu ma me je ve sa di
    1  2  3  4  5  6
 7  8  9 10 11 12 13      le 7 : Fête du Travail
14 15 16 17 18 19 20
21 22 23 24 25 26 27
28 29 30
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest

from services.sla.tests.builders import (
    LIVRE_LOGICIEL,
    LIVRE_MONITEUR,
    LIVRE_POSTE,
    Recit,
    calendrier,
    fiche,
    fiches,
    histoire,
    indicateur,
    sept,
)
from sla.fiches.domaine import Fiches
from sla.histoires.domaine import Rectification
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer


def juger(recit: Recit, connues: Fiches | None = None) -> Mesure:
    """La seule mesure de ce récit."""
    (mesure,) = rejouer(recit.histoire, connues or fiches(), calendrier())
    return mesure


def attendu(mesure: Mesure) -> tuple[Verdict, date | None, int | None]:
    return mesure.verdict, mesure.j0, mesure.jours


class TestDecompte:
    """SLA-2."""

    def test_dix_jours_par_dessus_la_fete_du_travail(self) -> None:
        # J0 = mardi 1er. Comptés : 2, 3, 4, 8, 9, 10, 11, 14, 15, 16 = 10.
        mesure = juger(Recit().creee(sept(1)).livree(sept(16)))
        assert attendu(mesure) == (Verdict.CONFORME, date(2026, 9, 1), 10)

    def test_un_jour_de_plus_est_manque(self) -> None:
        mesure = juger(Recit().creee(sept(1)).livree(sept(17)))
        assert attendu(mesure) == (Verdict.MANQUEE, date(2026, 9, 1), 11)

    def test_suspension_par_dessus_une_fin_de_semaine(self) -> None:
        # J0 = mardi 8. Comptés : 9, 10; le 11 est au client à 17 h; 12-13 fin de semaine;
        # reprise le 14 à 10 h, donc 14, 15, 16, 17 comptent = 6.
        recit = Recit().creee(sept(8)).suspendue(sept(11, 15)).reprise(sept(14, 10))
        assert attendu(juger(recit.livree(sept(17)))) == (Verdict.CONFORME, date(2026, 9, 8), 6)

    def test_l_attente_d_approbation_precede_j0(self) -> None:
        # Approuvée le jeudi 10 à 16 h 59 : J0 = 10. Comptés : 11, 14 = 2.
        recit = Recit().creee(sept(1), approbation_requise=True).approuvee(sept(10, 16, 59))
        assert attendu(juger(recit.livree(sept(14)))) == (Verdict.CONFORME, date(2026, 9, 10), 2)

    @pytest.mark.parametrize(("heure", "jours"), [((16, 59, 59), 2), ((17, 0, 0), 1)])
    def test_j0_recule_au_jour_ouvrable_suivant_des_17_h_pile(
        self, heure: tuple[int, int, int], jours: int
    ) -> None:
        # Vendredi 4 avant 17 h : J0 = 4, comptés 8 et 9. À 17 h : J0 = mardi 8, compté 9.
        assert juger(Recit().creee(sept(4, *heure)).livree(sept(9))).jours == jours

    def test_creee_un_samedi_de_fete_du_travail(self) -> None:
        mesure = juger(Recit().creee(sept(5, 11)).livree(sept(8, 12)))
        assert attendu(mesure) == (Verdict.CONFORME, date(2026, 9, 8), 0)

    def test_livree_avant_son_jour_zero(self) -> None:
        mesure = juger(Recit().creee(sept(8, 18)).livree(sept(8, 19)))
        assert attendu(mesure) == (Verdict.CONFORME, date(2026, 9, 9), 0)

    def test_la_livraison_a_17_h_pile_compte_ce_jour_la_une_fois(self) -> None:
        # J0 = 8; comptés 9, 10. Le jour de la fin compte, fût-elle à la fermeture ou après.
        for heure in ((16, 59), (17, 0), (19, 30)):
            assert juger(Recit().creee(sept(8)).livree(sept(10, *heure))).jours == 2

    def test_suspendue_a_17_h_pile_le_jour_ne_compte_pas(self) -> None:
        # Le 9 : au client à 17 h 00 min 00 s, non compté; une seconde plus tard, compté.
        for seconde, jours in ((0, 1), (1, 2)):
            recit = Recit().creee(sept(8)).suspendue(sept(9, 17, 0, seconde))
            assert juger(recit.reprise(sept(10, 8)).livree(sept(10))).jours == jours

    @pytest.mark.parametrize("suspension_d_abord", [True, False])
    def test_dem_12_a_la_meme_seconde_le_rang_du_cycle_tranche(
        self, suspension_d_abord: bool
    ) -> None:
        # La reprise suit la suspension, quoi qu'on ait dit d'abord : le 9 compte, puis le 10.
        recit = Recit().creee(sept(8))
        deux = ("demande.suspendue", "demande.reprise")
        for nom in deux if suspension_d_abord else reversed(deux):
            recit.puis(nom, sept(9, 17))
        assert juger(recit.livree(sept(10))).jours == 2

    def test_un_fait_appris_en_retard_vaut_a_l_heure_ou_il_est_survenu(self) -> None:
        # J0 = 8; suspendue du 9 au 14, ce qu'on n'apprend qu'après la livraison du 15 : seuls
        # le 14 et le 15 comptent.
        tardif = Recit().creee(sept(8)).livree(sept(15)).suspendue(sept(9)).reprise(sept(14))
        assert juger(tardif).jours == 2

    def test_ce_qui_n_arrive_plus_qu_au_moniteur_ne_compte_pas(self) -> None:
        # Poste livré le 2 : à personne jusqu'à la réouverture du 16, quoi qu'il arrive au
        # moniteur. J0 = 1er; comptés : 16, 17.
        recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_MONITEUR).livree(sept(2))
        recit.suspendue(sept(3)).reprise(sept(8)).livree(sept(14), LIVRE_MONITEUR)
        assert juger(recit.completee(sept(14)).rouverte(sept(16)).livree(sept(17))).jours == 2

    def test_le_jour_de_la_fin_compte_meme_en_suspens_a_sa_fermeture(self) -> None:
        recit = Recit().creee(sept(8)).suspendue(sept(9, 8)).reprise(sept(14, 9))
        assert juger(recit.livree(sept(14, 9, 30))).jours == 1

    def test_la_reouverture_finit_a_la_nouvelle_livraison(self) -> None:
        # J0 = 8. Livrée le 9 à 10 h : à personne le 9 et le 10. Rouverte le 11 à 9 h : le 11,
        # le 14 et le 15 comptent = 3. Le jour de la première livraison n'est plus celui de la fin.
        recit = Recit().creee(sept(8)).livree(sept(9, 10)).completee(sept(9, 10))
        mesure = juger(recit.rouverte(sept(11)).livree(sept(15)).completee(sept(15)))
        assert attendu(mesure) == (Verdict.CONFORME, date(2026, 9, 8), 3)
        assert mesure.fin == sept(15)

    def test_rouverte_elle_n_est_plus_jugee_jusqu_a_sa_nouvelle_livraison(self) -> None:
        recit = Recit().creee(sept(8)).livree(sept(9)).completee(sept(9)).rouverte(sept(11))
        assert attendu(juger(recit)) == (Verdict.EN_COURS, date(2026, 9, 8), None)

    def test_le_poste_et_ses_logiciels_finissent_avec_le_dernier(self) -> None:
        recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_LOGICIEL)
        recit.livree(sept(2), LIVRE_LOGICIEL)
        assert juger(recit).verdict is Verdict.EN_COURS
        assert juger(recit.livree(sept(9))).fin == sept(9)

    def test_le_moniteur_ne_retarde_pas_la_mesure(self) -> None:
        recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_MONITEUR).livree(sept(3))
        seule = juger(recit)
        ensuite = recit.suspendue(sept(4)).reprise(sept(21)).livree(sept(25), LIVRE_MONITEUR)
        assert juger(ensuite.completee(sept(25))) == seule
        assert attendu(seule) == (Verdict.CONFORME, date(2026, 9, 1), 2)

    def test_rouverte_pour_le_seul_moniteur_la_mesure_ne_bouge_pas(self) -> None:
        recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_MONITEUR)
        recit.livree(sept(3)).livree(sept(3), LIVRE_MONITEUR).completee(sept(3))
        avant = juger(recit)
        assert juger(recit.rouverte(sept(14), LIVRE_MONITEUR)) == avant

    def test_rouverte_un_article_livre_deux_fois_ne_compte_qu_une(self) -> None:
        # J0 = 1er. Poste le 2, logiciel le 3. Rouverte le 8 pour le poste seul, livré de nouveau
        # le 9 : la fin. Redit le 10 : rien ne l'attend plus. Comptés : 2, 8, 9.
        recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_LOGICIEL)
        recit.livree(sept(2)).livree(sept(3), LIVRE_LOGICIEL).rouverte(sept(8)).livree(sept(9))
        mesure = juger(recit)
        assert (mesure.fin, mesure.jours) == (sept(9), 3)
        assert juger(recit.livree(sept(10)).livree(sept(10), LIVRE_LOGICIEL)) == mesure

    def test_une_livraison_d_avant_la_demande_ne_la_finit_pas(self) -> None:
        recit = Recit().livree(sept(1)).creee(sept(2))
        assert juger(recit).verdict is Verdict.EN_COURS

    def test_la_periode_est_le_mois_de_la_fin_a_quebec(self) -> None:
        # 30 septembre, 22 h à Québec : déjà octobre en temps universel.
        mesure = juger(Recit().creee(sept(29)).livree(sept(30, 22)))
        assert str(mesure.mois) == "2026-09"


class TestOrdreDArrivee:
    """DEM-12 : seule compte l'heure où les faits sont survenus."""

    def test_dem_12_reouverture_et_livraisons_dans_tout_ordre(self) -> None:
        recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_LOGICIEL).livree(sept(2))
        recit.livree(sept(3), LIVRE_LOGICIEL).rouverte(sept(8)).livree(sept(9))
        attendue = juger(recit)
        assert (attendue.fin, attendue.jours) == (sept(9), 3)
        for arrivee in permutations(recit.episodes):
            assert rejouer(histoire([*arrivee, arrivee[0]]), fiches(), calendrier()) == [attendue]

    def test_dem_12_rouverte_et_relivree_avant_qu_on_sache_la_premiere_livraison(self) -> None:
        recit = Recit().creee(sept(1)).livree(sept(2)).rouverte(sept(8)).livree(sept(9))
        creee, premiere, rouverte, seconde = recit.episodes
        (trouee,) = rejouer(histoire([seconde, rouverte, creee]), fiches(), calendrier())
        assert trouee.fin == sept(9)
        # Sans la première, les 3 et 4 comptent encore : 2, 3, 4, 8, 9; avec elle : 8, 9.
        assert trouee.jours == 5
        entiere = histoire([seconde, rouverte, creee, premiere])
        (comblee,) = rejouer(entiere, fiches(), calendrier())
        assert (comblee.fin, comblee.jours) == (sept(9), 2)


class TestRectification:
    """DEM-13 : un acte reçoit son heure juste, ou devient nul; le verdict suit."""

    def test_dem_13_une_suspension_redatee_change_les_jours(self) -> None:
        # J0 = 8; comptés : 9, 10, 11, 14, 15. Suspendue en vrai du 9 au 14 : 14 et 15.
        recit = Recit().creee(sept(8)).suspendue(sept(14, 9)).reprise(sept(14, 10))
        recit.livree(sept(15))
        assert juger(recit).jours == 5
        assert juger(recit.rectifie(1, sept(9))).jours == 2

    def test_dem_13_une_livraison_redatee_deplace_la_fin(self) -> None:
        recit = Recit().creee(sept(1)).livree(sept(17)).rectifie(1, sept(16))
        mesure = juger(recit)
        assert (mesure.verdict, mesure.jours, mesure.fin) == (Verdict.CONFORME, 10, sept(16))

    def test_dem_13_une_livraison_nulle_laisse_la_demande_en_cours(self) -> None:
        recit = Recit().creee(sept(1)).livree(sept(2)).completee(sept(2)).rectifie(1, None)
        assert juger(recit).verdict is Verdict.EN_COURS
        assert juger(recit.livree(sept(3))).fin == sept(3)

    def test_dem_13_une_annulation_nulle_ramene_la_demande_dans_la_mesure(self) -> None:
        recit = Recit().creee(sept(1)).puis("demande.annulée", sept(2)).rectifie(1, None)
        assert juger(recit.livree(sept(3))).verdict is Verdict.CONFORME

    def test_dem_13_la_derniere_vaut_et_celle_d_un_acte_inconnu_attend(self) -> None:
        recit = Recit().creee(sept(1)).livree(sept(2))
        recit.rectifie(1, None).rectifie(1, sept(4)).rectifie(1, sept(3))
        for arrivee in permutations(recit.faits):
            (mesure,) = rejouer(histoire(arrivee), fiches(), calendrier())
            assert mesure.fin == sept(3)
        inconnu = Rectification(acte_id=UUID(int=7), survenu_le=None, rang=1)
        assert histoire([*recit.faits, inconnu]) == recit.histoire

    def test_dem_13_une_creation_nulle_n_est_pas_mesuree(self) -> None:
        recit = Recit().creee(sept(1)).livree(sept(2)).rectifie(0, None)
        assert rejouer(recit.histoire, fiches(), calendrier()) == []

    def test_dem_13_recreee_elle_se_mesure_de_nouveau(self) -> None:
        recit = Recit().creee(sept(1)).rectifie(0, None).creee(sept(8)).livree(sept(9))
        assert attendu(juger(recit)) == (Verdict.CONFORME, date(2026, 9, 8), 1)

    def test_dem_13_une_approbation_nulle_attend_de_nouveau_le_client(self) -> None:
        recit = Recit().creee(sept(1), approbation_requise=True).approuvee(sept(2))
        assert attendu(juger(recit.rectifie(1, None))) == (Verdict.EN_COURS, None, None)


class TestHorsMesure:
    """SLA-2, DEM-6 : ce qui n'est pas jugé le dit, ou n'est pas là."""

    @pytest.mark.parametrize("nom", ["demande.refusée", "demande.annulée", "demande.redirigée"])
    def test_abandonnee(self, nom: str) -> None:
        mesure = juger(Recit().creee(sept(1)).puis(nom, sept(2)))
        assert (mesure.verdict, mesure.mois, mesure.examens) == (Verdict.NON_MESUREE, None, ())
        assert mesure.raison == f"Retirée de la mesure par « {nom} »."

    def test_refusee_avant_son_jour_zero_la_fiche_de_sa_naissance_le_dit(self) -> None:
        recit = Recit().creee(sept(8), approbation_requise=True)
        recit.puis("demande.refusée", sept(9))
        versions = fiches(fiche(), fiche(version=2, debut=date(2026, 9, 9)))
        mesure = juger(recit, versions)
        assert attendu(mesure) == (Verdict.NON_MESUREE, None, None)
        assert mesure.regime.version == 1

    def test_aucune_livraison_mesuree(self) -> None:
        recit = Recit().creee(sept(1), LIVRE_MONITEUR).livree(sept(2), LIVRE_MONITEUR)
        assert juger(recit).verdict is Verdict.NON_MESUREE

    def test_sorte_qu_aucun_indicateur_ne_mesure(self) -> None:
        recit = Recit().creee(sept(1), sorte="soutien_etendu")
        assert rejouer(recit.histoire, fiches(), calendrier()) == []

    def test_sans_cible_un_depassement_n_est_jamais_manque(self) -> None:
        sans_cible = fiches(fiche(indicateur("VI-2", delai=4, cible=None)))
        mesure = juger(Recit().creee(sept(1)).livree(sept(16)), sans_cible)
        assert mesure.verdict is Verdict.DEPASSEE


class TestIncomplete:
    """SLA-3 : une histoire incomplète attend, aucun verdict n'est inventé."""

    def test_naissance_inconnue(self) -> None:
        recit = Recit().creee(sept(1)).livree(sept(2))
        recit.episodes = recit.episodes[1:]
        assert rejouer(recit.histoire, fiches(), calendrier()) == []

    def test_approbation_inconnue_la_mesure_est_provisoire(self) -> None:
        recit = Recit().creee(sept(1), approbation_requise=True)
        assert attendu(juger(recit)) == (Verdict.EN_COURS, None, None)
        assert attendu(juger(recit.livree(sept(9)))) == (Verdict.EN_COURS, None, None)

    def test_fiche_inconnue_au_jour_j0(self) -> None:
        future = fiches(fiche(debut=date(2026, 9, 2)))
        recit = Recit().creee(sept(1)).livree(sept(2))
        assert rejouer(recit.histoire, future, calendrier()) == []


class TestFicheEnVigueur:
    """SLA-3, CAT-5 : la fiche en vigueur au jour J0 régit toute la demande."""

    VERSIONS = (
        fiche(indicateur(delai=10)),
        fiche(indicateur(delai=3, cible=Decimal("0.9")), version=2, debut=date(2026, 9, 9)),
    )

    @pytest.mark.parametrize(
        ("creee_le", "version", "verdict"),
        [(sept(8), 1, Verdict.CONFORME), (sept(9), 2, Verdict.MANQUEE)],
    )
    def test_au_jour_j0(self, creee_le: object, version: int, verdict: Verdict) -> None:
        recit = Recit().creee(creee_le).livree(sept(15))  # type: ignore[arg-type]
        mesure = juger(recit, fiches(*self.VERSIONS))
        assert (mesure.regime.version, mesure.verdict) == (version, verdict)

    def test_creee_apres_17_h_la_veille_releve_de_la_nouvelle(self) -> None:
        mesure = juger(Recit().creee(sept(8, 17)).livree(sept(9)), fiches(*self.VERSIONS))
        assert mesure.regime.version == 2

    def test_dem_13_j0_rectifie_la_fiche_du_nouveau_j0_regit(self) -> None:
        # Créée le 9 sous la version 2, en vrai le 8 : la version 1, dix jours au lieu de trois.
        recit = Recit().creee(sept(9)).livree(sept(15))
        assert juger(recit, fiches(*self.VERSIONS)).verdict is Verdict.MANQUEE
        mesure = juger(recit.rectifie(0, sept(8)), fiches(*self.VERSIONS))
        assert (mesure.regime.version, *attendu(mesure)) == (
            1, Verdict.CONFORME, date(2026, 9, 8), 5,
        )  # fmt: skip

    def test_dem_13_approuvee_de_nouveau_la_fiche_du_nouveau_j0_regit(self) -> None:
        recit = Recit().creee(sept(1), approbation_requise=True).approuvee(sept(8))
        recit.rectifie(1, None).approuvee(sept(9)).livree(sept(15))
        mesure = juger(recit, fiches(*self.VERSIONS))
        assert (mesure.regime.version, *attendu(mesure)) == (
            2, Verdict.MANQUEE, date(2026, 9, 9), 4,
        )  # fmt: skip

    def test_l_ordre_de_reception_des_fiches_est_indifferent(self) -> None:
        recit = Recit().creee(sept(9)).livree(sept(15))
        assert juger(recit, fiches(*reversed(self.VERSIONS))) == juger(
            recit, fiches(*self.VERSIONS)
        )

    def test_republiee_au_meme_debut_la_version_superieure_l_emporte(self) -> None:
        corrigee = replace(self.VERSIONS[1], version=3, indicateurs=(indicateur(delai=5),))
        mesure = juger(Recit().creee(sept(9)).livree(sept(15)), fiches(*self.VERSIONS, corrigee))
        assert mesure.verdict is Verdict.CONFORME
