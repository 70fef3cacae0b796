"""CAT-9, SLA-10 : ce qu'un indicateur mesure, une fiche le dit, et nul n'en vide un autre.

lu ma me je ve sa di
    1  2  3  4  5  6
 7  8  9 10 11 12 13      le 7 : Fête du Travail
14 15 16 17 18 19 20
21 22 23 24 25 26 27
28 29 30
"""

from datetime import date, timedelta
from itertools import permutations

import pytest

from noyau import jour_de_quebec
from services.sla.tests.builders import (
    CONTRAT,
    Recit,
    calendrier,
    demarrage,
    fiche,
    fiches,
    indicateur,
    prise_en_charge,
    retiree,
    sept,
)
from sla.fiches.domaine import Borne, Fiche, Fiches, Forme, Indicateur
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer

JUSTE_LIVREE = Recit().creee(sept(1)).prise_en_charge(sept(3)).livree(sept(16))


def juger(recit: Recit, *versions: Fiche) -> dict[str, Mesure]:
    """Les mesures d'un récit, par code d'indicateur."""
    mesures = rejouer(recit.histoire, fiches(*versions), calendrier())
    return {mesure.regime.indicateur.code: mesure for mesure in mesures}


def raconter(recit: Recit, promesse: Indicateur, jour: int = 30) -> Explication:
    mesure = juger(recit, fiche(promesse))[promesse.code]
    return expliquer(mesure, recit.histoire, calendrier(), au=sept(jour))


class TestPlusieursMesures:
    """SLA-10."""

    def test_sla_10_un_deuxieme_indicateur_sur_une_sorte_est_mesure(self) -> None:
        mesures = juger(JUSTE_LIVREE, fiche(indicateur(), prise_en_charge()))
        assert {code: (m.verdict, m.jours) for code, m in mesures.items()} == {
            "PT-1": (Verdict.CONFORME, 10),
            "PEC-1": (Verdict.CONFORME, 2),
        }
        assert mesures["PT-1"].id != mesures["PEC-1"].id

    def test_sla_10_le_delai_de_prise_en_charge_finit_a_la_premiere(self) -> None:
        # J0 = 1er; suspendue le 2 avant d'être prise, reprise le 4 : comptés 4 et 8.
        recit = Recit().creee(sept(1)).suspendue(sept(2)).reprise(sept(4))
        recit.prise_en_charge(sept(8)).suspendue(sept(9)).prise_en_charge(sept(14))
        mesure = juger(recit, fiche(prise_en_charge()))["PEC-1"]
        assert (mesure.verdict, mesure.jours, mesure.fin) == (Verdict.CONFORME, 2, sept(8))

    def test_sla_10_une_reouverture_n_y_change_rien_si_la_fiche_ne_le_dit_pas(self) -> None:
        recit = Recit().creee(sept(1)).prise_en_charge(sept(2)).livree(sept(3))
        recit.rouverte(sept(8)).prise_en_charge(sept(15))
        sans, avec = prise_en_charge(), prise_en_charge("PEC-2", rouvre=("demande.rouverte",))
        mesures = juger(recit, fiche(sans, avec))
        assert (mesures["PEC-1"].fin, mesures["PEC-1"].jours) == (sept(2), 1)
        # À personne du 2 au 8; comptés : 8, 9, 10, 11, 14, 15.
        assert (mesures["PEC-2"].fin, mesures["PEC-2"].jours) == (sept(15), 6)

    def test_sla_10_une_fiche_d_un_autre_code_n_ote_rien_aux_mois_passes(self) -> None:
        neuve = fiche(indicateur("NEUF-1", delai=2), code="NEUVE", debut=date(2026, 9, 8))
        avant = juger(JUSTE_LIVREE, fiche())
        assert juger(JUSTE_LIVREE, fiche(), neuve) == avant
        ensuite = juger(Recit().creee(sept(8)).livree(sept(14)), fiche(), neuve)
        assert {code: m.verdict for code, m in ensuite.items()} == {
            "PT-1": Verdict.CONFORME,
            "NEUF-1": Verdict.MANQUEE,
        }

    def test_sla_10_l_identite_ne_tient_qu_au_sujet_a_la_fiche_et_a_l_indicateur(self) -> None:
        severe = fiche(indicateur(delai=2), version=2, debut=date(2026, 9, 1))
        avant, apres = juger(JUSTE_LIVREE, fiche()), juger(JUSTE_LIVREE, fiche(), severe)
        assert avant["PT-1"].id == apres["PT-1"].id
        assert (avant["PT-1"].verdict, apres["PT-1"].verdict) == (
            Verdict.CONFORME, Verdict.MANQUEE,
        )  # fmt: skip
        ailleurs = juger(JUSTE_LIVREE, fiche(code="AUTRE"))["PT-1"]
        assert ailleurs.id != avant["PT-1"].id
        # Publié ailleurs, cet identifiant ne changera plus.
        assert str(avant["PT-1"].id) == "8ec4fb1f-25fc-5f7f-abf3-33b552a7f931"


class TestVersions:
    """CAT-2, CAT-5 : la version en vigueur au J0 qu'elle donne; dans tout ordre d'arrivée."""

    VERSIONS = (
        fiche(indicateur(delai=10)),
        fiche(indicateur(delai=3), version=2, debut=date(2026, 9, 1)),
        fiche(indicateur(delai=2), version=3, debut=date(2026, 9, 1)),
    )

    @pytest.mark.parametrize(("retrait", "version"), [(None, 3), (2, 3), (3, 1)])
    def test_cat_2_une_version_retiree_prolonge_la_precedente(
        self, retrait: int | None, version: int
    ) -> None:
        """Retirer la troisième retire aussi la deuxième, qu'elle remplaçait."""
        retirees = [] if retrait is None else [retiree(self.VERSIONS[retrait - 1])]
        for versions in permutations(self.VERSIONS):
            connues = Fiches.de(versions, retirees)
            (mesure,) = rejouer(JUSTE_LIVREE.histoire, connues, calendrier())
            assert mesure.regime.version == version
            assert mesure.id == juger(JUSTE_LIVREE, self.VERSIONS[0])["PT-1"].id

    def test_cat_2_un_retrait_ne_vise_que_sa_fiche_et_son_debut(self) -> None:
        autres = [
            retiree(fiche(code="AUTRE", version=3, debut=date(2026, 9, 1))),
            retiree(fiche(version=3, debut=date(2026, 9, 2))),
        ]
        (mesure,) = rejouer(JUSTE_LIVREE.histoire, Fiches.de(self.VERSIONS, autres), calendrier())
        assert mesure.regime.version == 3

    def test_cat_5_un_indicateur_que_la_version_suivante_n_a_plus_cesse(self) -> None:
        sans = fiche(prise_en_charge(), version=2, debut=date(2026, 9, 8))
        versions = (fiche(indicateur(), prise_en_charge()), sans)
        assert juger(JUSTE_LIVREE, *versions).keys() == {"PT-1", "PEC-1"}
        assert juger(Recit().creee(sept(8)), *versions).keys() == {"PEC-1"}

    def test_sla_3_j0_se_calcule_avec_l_indicateur_de_chaque_version(self) -> None:
        # Créée le vendredi 4 à 18 h : J0 civil le 4, ouvrable le mardi 8.
        tard = Recit().creee(sept(4, 18)).livree(sept(9))
        ouvrables = fiche(version=2, debut=date(2026, 9, 8))
        mesure = juger(tard, fiche(indicateur(horloge="jours_civils")), ouvrables)["PT-1"]
        assert (mesure.regime.version, mesure.j0) == (1, date(2026, 9, 4))

    def test_sla_10_une_horloge_qui_change_ne_laisse_tomber_aucun_sujet(self) -> None:
        """Ni l'une ni l'autre ne donne un J0 sous elle : celle de la naissance vaut."""
        tard = Recit().creee(sept(4, 18)).livree(sept(9))
        civils = fiche(indicateur(horloge="jours_civils"), version=2, debut=date(2026, 9, 8))
        mesure = juger(tard, fiche(), civils)["PT-1"]
        assert (mesure.regime.version, mesure.j0) == (1, date(2026, 9, 8))
        sans = fiche(prise_en_charge(), version=2, debut=date(2026, 9, 8))
        assert "PT-1" not in juger(tard, fiche(), sans)

    def test_sla_10_une_ouverture_qui_change_ne_laisse_tomber_aucun_sujet(self) -> None:
        """Prise en charge sous la seconde, créée sous la première : la plus ancienne régit."""
        tard = Recit().creee(sept(4)).puis("demande.prise_en_charge", sept(9)).livree(sept(10))
        ouvre = (Borne("demande.prise_en_charge"),)
        premiere = fiche(indicateur(ouvre=ouvre))
        mesure = juger(tard, premiere, fiche(version=2, debut=date(2026, 9, 8)))["PT-1"]
        assert (mesure.regime.version, mesure.j0) == (1, date(2026, 9, 9))

    def test_sla_3_la_version_qui_donne_un_j0_sous_elle_l_emporte(self) -> None:
        # Créée le vendredi 4 à 18 h, sous la première; ouvrable, J0 = 8, sous la troisième.
        civils = fiche(indicateur(horloge="jours_civils"), version=2, debut=date(2026, 9, 5))
        derniere = fiche(version=3, debut=date(2026, 9, 8))
        mesure = juger(Recit().creee(sept(4, 18)), fiche(), civils, derniere)["PT-1"]
        assert (mesure.regime.version, mesure.j0) == (3, date(2026, 9, 8))

    def test_sla_3_de_deux_versions_qui_se_renvoient_la_plus_ancienne_regit(self) -> None:
        """Vu : la première régissait, finie depuis quatre jours, parce que le sujet y était né."""
        vie = Recit().creee(sept(1), approbation_requise=True).approuvee(sept(11, 18))
        vie = vie.livree(sept(17))
        premiere = fiche(indicateur(delai=9))
        deuxieme = fiche(indicateur(delai=2), version=2, debut=date(2026, 9, 10))
        civils = fiche(
            indicateur(horloge="jours_civils", delai=6), version=3, debut=date(2026, 9, 14)
        )
        mesure = juger(vie, premiere, deuxieme, civils)["PT-1"]
        assert (mesure.regime.version, mesure.j0, mesure.jours) == (2, date(2026, 9, 14), 3)
        assert mesure.verdict is Verdict.MANQUEE

    def test_cat_5_une_version_a_venir_n_ouvre_rien_avant_la_premiere(self) -> None:
        """Seule, la première lit un J0 d'avant elle : l'ouverture d'une autre n'y change rien."""
        tot = Recit().creee(sept(2)).puis("demande.prise_en_charge", sept(9)).livree(sept(10))
        premiere = fiche(debut=date(2026, 9, 8))
        ouvre = (Borne("demande.prise_en_charge"),)
        future = fiche(indicateur(ouvre=ouvre), version=2, debut=date(2027, 1, 1))
        assert juger(tot, premiere) == juger(tot, premiere, future) == {}

    def test_cat_5_une_version_ne_reprend_pas_un_j0_d_avant_elle(self) -> None:
        """Créée le 2, approuvée le samedi 12 : la première régit; la troisième commence le 14."""
        vie = Recit().creee(sept(2), approbation_requise=True).approuvee(sept(12)).livree(sept(15))
        civils = fiche(indicateur(horloge="jours_civils"))
        creees = indicateur(horloge="jours_civils", ouvre=(Borne("demande.créée"),))
        versions = (civils, fiche(creees, version=2, debut=date(2026, 9, 10)))
        avant = juger(vie, *versions)
        assert (avant["PT-1"].regime.version, avant["PT-1"].j0) == (1, date(2026, 9, 12))
        assert juger(vie, *versions, fiche(version=3, debut=date(2026, 9, 14))) == avant


class TestJoursCivils:
    """CAT-9 : l'horloge des jours civils, sur une demande ou sur un contrat."""

    def test_cat_9_ic_1_du_premier_contact_a_la_signature(self) -> None:
        contrat = Recit(CONTRAT).puis("rencontre.demandée", sept(1, 18))
        assert juger(contrat, fiche(demarrage()))["IC-1"].verdict is Verdict.EN_COURS
        signe = sept(1) + timedelta(days=30)
        mesure = juger(contrat.puis("contrat.signé", signe), fiche(demarrage()))["IC-1"]
        assert (mesure.verdict, mesure.jours, mesure.j0) == (
            Verdict.CONFORME, 30, date(2026, 9, 1),
        )  # fmt: skip
        assert mesure.raison == "30 jours civils comptés, pour un délai de 30."
        assert (mesure.numero, mesure.sorte) == (None, None)

    def test_cat_9_ic_1_sans_cible_n_est_jamais_manquee(self) -> None:
        contrat = Recit(CONTRAT).puis("rencontre.demandée", sept(1))
        contrat.puis("contrat.signé", sept(1) + timedelta(days=31))
        assert juger(contrat, fiche(demarrage()))["IC-1"].verdict is Verdict.DEPASSEE

    def test_cat_9_ic_1_sans_suspension_n_est_a_la_charge_de_personne(self) -> None:
        contrat = Recit(CONTRAT).puis("rencontre.demandée", sept(1))
        contrat.puis("rencontre.tenue", sept(2)).puis("contrat.signé", sept(3))
        assert [fait.effet for fait in raconter(contrat, demarrage()).faits] == [
            "ouvre la mesure",
            "sans effet sur la charge",
            "ferme la mesure",
        ]

    def test_cat_9_un_contrat_sans_rencontre_n_est_pas_mesure(self) -> None:
        contrat = Recit(CONTRAT).puis("contrat.signé", sept(1))
        assert juger(contrat, fiche(demarrage())) == {}

    def test_cat_9_ic_2_la_copie_suit_la_derniere_signature(self) -> None:
        copie = demarrage(
            "IC-2",
            ouvre=(Borne("contrat.signé"), Borne("avenant.signé")),
            ferme=("copie.transmise",),
            horloge="jours_ouvrables",
            calendrier="csc",
            delai=5,
        )
        contrat = Recit(CONTRAT).puis("rencontre.demandée", sept(1))
        assert juger(contrat, fiche(copie)) == {}
        # J0 = 3; comptés : 4, 8, 9, 10, 11.
        contrat.puis("contrat.signé", sept(3)).puis("copie.transmise", sept(11))
        mesure = juger(contrat, fiche(copie))["IC-2"]
        assert (mesure.verdict, mesure.jours) == (Verdict.CONFORME, 5)

    @pytest.mark.parametrize(
        ("horloge", "heures"),
        [("jours_civils", "csc"), ("jours_ouvrables", "continu"), ("jours_civils", "continu")],
    )
    def test_cat_9_tout_jour_compte_sauf_suspendu_en_fin_de_journee(
        self, horloge: str, heures: str
    ) -> None:
        # J0 = vendredi 4 à 23 h. Comptés : 5, 6; suspendue du 7 au 10 à 23 h 59 : 10; 11 (fin).
        recit = Recit().creee(sept(4, 23)).suspendue(sept(7, 23, 59)).reprise(sept(10, 23, 59))
        recit.livree(sept(11, 0))
        civils = indicateur(horloge=horloge, calendrier=heures)
        mesure = juger(recit, fiche(civils))["PT-1"]
        assert (mesure.jours, mesure.j0) == (4, date(2026, 9, 4))

    def test_cat_9_l_explication_compte_comme_le_verdict(self) -> None:
        recit = Recit().creee(sept(4)).suspendue(sept(7)).reprise(sept(10)).livree(sept(12))
        explication = raconter(recit, indicateur(horloge="jours_civils"))
        assert [i.intervalle.phrase for i in explication.intervalles] == [
            "4 septembre 2026 : jour zéro, non compté",
            "5 au 6 septembre 2026 : compté",
            "7 au 9 septembre 2026 : à la charge du client en fin de journée, non compté",
            "10 au 11 septembre 2026 : compté",
            "12 septembre 2026 : jour de la fin, compté",
        ]
        assert (
            sum(i.intervalle.jours for i in explication.intervalles)
            == explication.mesure.jours
            == 5
        )

    @pytest.mark.parametrize(("delai", "echeance"), [(10, 16), (3, 9), (2, 6), (0, 4)])
    def test_sla_6_l_echeance_suit_les_suspensions(self, delai: int, echeance: int) -> None:
        """Comptés au 10 : 5, 6, 9; le 7 et le 8, elle attendait le client."""
        recit = Recit().creee(sept(4)).suspendue(sept(7)).reprise(sept(9))
        explication = raconter(recit, indicateur(horloge="jours_civils", delai=delai), jour=10)
        assert explication.echeance_projetee == date(2026, 9, echeance)


class TestSuivi:
    """CAT-9 : ce qui ne se mesure pas est gardé, listé, et le dit."""

    @pytest.mark.parametrize(
        ("champs", "pourquoi"),
        [
            ({"delai": None}, "La fiche n'en publie pas le délai."),
            ({"horloge": "minutes"}, "Rien ne compte encore l'horloge « minutes »"),
            ({"horloge": "lunaisons"}, "Rien ne compte encore l'horloge « lunaisons »"),
            ({"calendrier": "lunaire"}, "(calendrier « lunaire »)"),
            ({"sujet": "service"}, "Rien ne mesure encore le sujet « service »."),
            ({"ouvre": ()}, "ce qui l'ouvre"),
            ({"ferme": ()}, "ce qui le ferme"),
        ],
    )
    def test_cat_9_suivi_sans_etre_mesure(self, champs: dict[str, object], pourquoi: str) -> None:
        suivi = indicateur("PT-10", **champs)
        assert suivi.suivi is not None
        assert pourquoi in suivi.suivi
        assert juger(JUSTE_LIVREE, fiche(suivi, indicateur())).keys() == {"PT-1"}
        connues = fiches(fiche(suivi, indicateur()))
        assert [i.code for i in connues.attendus(date(2026, 9, 1), date(2026, 9, 2))] == ["PT-1"]

    def test_cat_9_suivi_jusqu_a_la_version_qui_publie_un_delai(self) -> None:
        muette = fiche(indicateur("PT-10", delai=None))
        parlante = fiche(indicateur("PT-10", delai=4), version=2, debut=date(2026, 9, 8))
        assert juger(JUSTE_LIVREE, muette, parlante) == {}
        tardive = Recit().creee(sept(8)).livree(sept(9))
        assert juger(tardive, muette, parlante)["PT-10"].jours == 1

    def test_tel_3_la_visioconference_ferme_a_la_meme_heure_que_le_csc(self) -> None:
        assert indicateur(calendrier="visioconference").forme is Forme.JOURS_OUVRABLES
        visio = juger(JUSTE_LIVREE, fiche(indicateur(calendrier="visioconference")))["PT-1"]
        assert visio.jours == juger(JUSTE_LIVREE, fiche())["PT-1"].jours


def test_sla_10_l_histoire_dit_jusqu_ou_elle_va_nuls_compris() -> None:
    recit = Recit().creee(sept(1)).livree(sept(2, 23)).rectifie(1, None)
    assert recit.histoire.jusqua == jour_de_quebec(sept(2)) == date(2026, 9, 2)
