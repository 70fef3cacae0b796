"""Ce que dit un rapport, sans base de données (SLA-9)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from json import dumps, loads
from pathlib import Path

import pytest
from pypdf import PdfReader

from noyau import Acte, Acteur, Conflit, Introuvable, Mois
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)
from outils.essais.papier import exiger_verapdf, non_conformes
from services.sla.tests.rapports import PUBLICATION, SEPTEMBRE, chiffres, complet, lu
from sla.rapports.adaptateurs import conversion
from sla.rapports.adaptateurs.rendus import page_rapport, papier_rapport
from sla.rapports.domaine.executions import Conservation, Etat, Execution
from sla.rapports.domaine.rapport import (
    Bornee,
    Precisions,
    Rapport,
    exiger_fini,
    exiger_quelqu_un,
    mois_montres,
    rapporter,
)
from sla.taux.domaine.lus import Ecart

SCEAU = "cd" * 32
AOUT_ET_SEPTEMBRE = (Mois(2026, 8), SEPTEMBRE)


def dit(texte: str) -> str:
    return " ".join(texte.replace("\N{NO-BREAK SPACE}", " ").split())


def page(rapport: Rapport) -> str:
    return dit(page_rapport.rendre(rapport, SCEAU))


class TestMois:
    def test_sla_9_douze_mois_jusqu_a_celui_du_rapport(self) -> None:
        montres = mois_montres(Mois(2026, 3))
        assert (len(montres), str(montres[0]), str(montres[-1])) == (12, "2025-04", "2026-03")

    @pytest.mark.parametrize(
        ("maintenant", "fini"),
        [
            (datetime(2026, 10, 1, 3, 59, 59, tzinfo=UTC), False),  # le 30, à 23 h 59 min 59 s
            (datetime(2026, 10, 1, 4, 0, tzinfo=UTC), True),  # minuit, à Québec
        ],
    )
    def test_sla_9_un_mois_finit_a_minuit_a_quebec(
        self, maintenant: datetime, *, fini: bool
    ) -> None:
        if fini:
            exiger_fini(SEPTEMBRE, maintenant)
        else:
            with pytest.raises(Conflit, match="1er octobre 2026"):
                exiger_fini(SEPTEMBRE, maintenant)

    def test_sla_9_un_rapport_de_rien_se_refuse(self) -> None:
        with pytest.raises(Introuvable, match="de l'organisme MTQ"):
            exiger_quelqu_un("MTQ", [])


class TestIndicateurs:
    def test_sla_4_l_exercice_va_du_1er_avril_a_la_fin_du_mois(self) -> None:
        """Mars, de l'exercice d'avant, et août 2025 n'y sont pas."""
        lus = [lu(Mois(2026, n), chiffres(n, 10)) for n in (3, 4, 9)]
        (indicateur,) = rapporter(lus, mois_montres(SEPTEMBRE), PUBLICATION)
        assert (indicateur.exercice.conformes, indicateur.exercice.mesurees) == (13, 20)

    def test_sla_7_l_exercice_dit_les_mois_qu_il_additionne_fermes_ou_non(self) -> None:
        """Mars est d'un autre exercice; en mai, rien n'était à mesurer."""
        lus = [lu(Mois(2026, n), chiffres(n, 10)) for n in (3, 4, 8, 9)]
        lus.append(lu(Mois(2026, 5), chiffres(0, 0)))
        (indicateur,) = rapporter(lus, mois_montres(SEPTEMBRE), PUBLICATION)
        dits = indicateur.mois_exercice
        assert dits is not None
        assert (dits.fermes, dits.ouverts) == (["2026-04", "2026-08"], ["2026-09"])

    def test_sla_7_l_exercice_se_dit_publie_et_corrige(self) -> None:
        lus = [lu(Mois(2026, 8), chiffres(0, 1), chiffres(1, 1)), lu(SEPTEMBRE, chiffres(1, 1))]
        (indicateur,) = rapporter(lus, mois_montres(SEPTEMBRE), PUBLICATION)
        actuel = indicateur.exercice_actuel
        assert actuel is not None
        assert (indicateur.exercice.conformes, actuel.conformes, actuel.mesurees) == (1, 2, 2)

    def test_sla_4_la_cible_de_l_exercice_est_la_plus_haute(self) -> None:
        lus = [
            lu(Mois(2026, 8), chiffres(1, 1, cible="0.99")),
            lu(SEPTEMBRE, chiffres(1, 1, cible="0.95")),
        ]
        (indicateur,) = rapporter(lus, mois_montres(SEPTEMBRE), PUBLICATION)
        assert indicateur.exercice.cible == Decimal("0.99")

    def test_sla_9_un_indicateur_fini_avant_le_mois_n_y_est_plus(self) -> None:
        lus = [lu(Mois(2026, 8), chiffres(1, 1))]
        assert rapporter(lus, mois_montres(SEPTEMBRE), PUBLICATION) == []

    def test_sla_4_peu_de_cas_se_dit(self) -> None:
        (indicateur,) = rapporter(
            [lu(SEPTEMBRE, chiffres(5, 9))], mois_montres(SEPTEMBRE), PUBLICATION
        )
        assert indicateur.avertissement is not None
        assert "moins de 10" in indicateur.avertissement


class TestPage:
    def test_sla_7_le_publie_et_le_corrige_se_lisent_cote_a_cote(self) -> None:
        lue = page(complet())
        assert "100 %<small>corrigé depuis : 90 %" in lue
        assert "juillet 2026 : 100 %, cible atteinte, corrigé depuis : 90 %" in lue
        assert "Fermé sans attendre courtier : Le courtier ne publie plus." in lue
        assert "Rapport provisoire" not in lue

    def test_sla_7_l_exercice_corrige_se_lit_a_cote_du_publie_brut_et_ajuste(self) -> None:
        """Manqué, puis exclu : l'exercice publié manque sa cible, le corrigé l'atteint (SLA-9)."""
        exclue = chiffres(1, 2, 1)
        lus = [lu(SEPTEMBRE, chiffres(1, 2), exclue)]
        lue = page(
            replace(complet(), indicateurs=rapporter(lus, mois_montres(SEPTEMBRE), PUBLICATION))
        )
        ajuste = "50 %<small>cible non atteinte; corrigé depuis : 100 %, cible atteinte</small>"
        assert lue.count(ajuste) == 3  # le mois et l'exercice au sommaire, puis l'exercice
        assert "1 conforme sur 2 après exclusions. Corrigé depuis : 1 conforme sur 1" in lue

    def test_sla_7_un_brut_seul_corrige_ne_repete_pas_l_ajuste(self) -> None:
        lus = [lu(SEPTEMBRE, chiffres(1, 2, 1), chiffres(1, 1))]
        lue = page(
            replace(complet(), indicateurs=rapporter(lus, mois_montres(SEPTEMBRE), PUBLICATION))
        )
        assert "50 %<small>corrigé depuis : 100 %</small>" in lue
        assert "100 %<small>cible atteinte</small>" in lue
        assert "100 %<small>corrigé depuis" not in lue

    def test_sla_7_les_listes_disent_leur_date_et_une_exclusion_corrigee_son_motif(self) -> None:
        """De chaque liste du rapport (SLA-9)."""
        rapport = complet()
        lue = page(replace(rapport, exclues_figees=True))
        assert "Mesures manquées, au moment de la fermeture" in lue
        assert "Exclusions, au moment de la fermeture" in lue
        assert "Exclusions, à ce jour" in page(rapport)  # gardé avant que les listes s'accordent
        assert "Mesures manquées, à ce jour" in page(replace(rapport, fermeture=None))
        exclue = Precisions(exclusions=("Force majeure",), signalee=False, cible=Decimal("0.95"))
        corrigee = replace(
            rapport.corrigees.lignes[0],
            avant="manquee",
            precisions_avant=replace(exclue, exclusions=(), cible=Decimal("0.9")),
            precisions_apres=exclue,
        )
        lue = page(replace(rapport, corrigees=Bornee([corrigee], 1)))
        assert "Manquée, cible : 90 %" in lue
        assert "Manquée, exclue : Force majeure, cible : 95 %" in lue

    def test_sla_7_une_correction_dit_de_qui_elle_est(self) -> None:
        """Au rapport de tous (SLA-9)."""
        rapport = replace(complet(), organisme=None)
        assert "1 en tout, chacune sous l&#39;organisme qu&#39;elle touche." in page(rapport)
        de_tous = replace(rapport.corrigees.lignes[0], sujet="service", organisme="")
        lue = page(replace(rapport, corrigees=Bornee([de_tous], 1)))
        assert "Disponibilité, tous les organismes" in lue

    def test_sla_8_une_exclusion_dont_la_preuve_n_est_plus_sue_le_dit(self) -> None:
        perdue = replace(complet().exclues.lignes[0], preuve=None, auteur=None)
        lue = page(replace(complet(), exclues=Bornee([perdue], 1)))
        assert "Ce qui la prouvait a changé depuis" in lue

    def test_sla_7_un_mois_ouvert_se_dit_provisoire(self) -> None:
        assert "Rapport provisoire : le mois n&#39;est pas fermé" in page(
            replace(complet(), fermeture=None)
        )

    def test_sla_4_sans_cible_se_dit_au_lieu_d_un_blanc(self) -> None:
        lue = page(complet())
        assert "75 %<small>sans cible</small>" in lue
        assert "septembre 2026 : 75 %, provisoire. Sans cible." in lue

    def test_sla_9_d_ou_vient_le_taux_de_l_exercice(self) -> None:
        """D'une disponibilité, ses durées de service et de panne, et ses mois."""
        publie = replace(chiffres(712 * 3600, 720 * 3600), mesurees_ajuste=718 * 3600)
        pt_4 = [replace(lu(m, publie, code="PT-4"), unite="secondes") for m in AOUT_ET_SEPTEMBRE]
        indicateurs = rapporter(pt_4, mois_montres(SEPTEMBRE), PUBLICATION)
        lue = page(replace(complet(), indicateurs=indicateurs))
        assert "Exercice 2026-2027, à la fin de septembre 2026" in lue
        assert "1 436 h<small>brut : 1 440 h</small>" in lue
        assert "12 h<small>brut : 16 h</small>" in lue
        assert "2 mois<small>fermés : 1; pas encore fermés : septembre 2026</small>" in lue

    def test_sla_4_rien_a_mesurer_est_sans_objet(self) -> None:
        lue = page(complet())
        assert "Rien à mesurer de ces douze mois : " in lue
        assert "sans objet" in lue

    def test_sla_9_de_deux_mille_manquees_les_autres_se_comptent(self) -> None:
        lue = page(complet(manquees=2000))
        assert "2 000 en tout; les 3 premières sont ici, et 1 997 autres" in lue

    def test_sla_9_chaque_mesure_mene_a_son_explication(self) -> None:
        rapport = complet()
        listes = (rapport.manquees, rapport.exclues, rapport.corrigees)
        for une in (une for liste in listes for une in liste.lignes):
            assert f'href="/v1/mesures/{une.mesure_id}/explication"' in page(rapport)

    def test_sla_9_aucune_ligne_se_dit_aussi(self) -> None:
        vide: Bornee[object] = Bornee([], 0)
        rapport = replace(complet(), manquees=vide, exclues=vide, corrigees=vide)  # type: ignore[arg-type]
        assert page(rapport).count("Aucun") == 3

    def test_ce_que_dit_un_numero_est_echappe(self) -> None:
        assert "<script" not in page(complet(nom="<script>alert(1)</script>"))

    @pytest.mark.parametrize("largeur", [320, 1280])
    def test_rien_ne_defile_de_cote(self, tmp_path: Path, largeur: int) -> None:
        exiger_chromium()
        assert ce_qui_deborde(page_rapport.rendre(complet(), SCEAU), tmp_path, largeur) == []

    @pytest.mark.parametrize("sombre", [False, True])
    def test_axe_ne_lui_reproche_rien(self, tmp_path: Path, *, sombre: bool) -> None:
        exiger_chromium()
        lue = page_rapport.rendre(complet(), SCEAU)
        assert violations_axe(lue, tmp_path, sombre=sombre) == []

    def test_elle_s_imprime_entiere_tableaux_deplies(self, tmp_path: Path) -> None:
        exiger_chromium()
        lue = page_rapport.rendre(complet(), SCEAU)
        texte = texte_imprime(PdfReader(imprimer(lue, tmp_path)).pages)
        for morceau in ("Sommaire de septembre 2026", "octobre 2025", "12 pour 10", "Méthode"):
            assert morceau in texte


class TestPapier:
    def test_sla_9_le_papier_ne_depend_que_du_rapport(self) -> None:
        assert papier_rapport.rendre(complet(), SCEAU) == papier_rapport.rendre(complet(), SCEAU)

    def test_sla_9_le_papier_dit_tout(self) -> None:
        octets = papier_rapport.rendre(complet(manquees=2000, nom="ᓄᓇᕕᒃ 中"), SCEAU)
        texte = dit(" ".join(f.extract_text() for f in PdfReader(BytesIO(octets)).pages))
        assert "fermés : 5; pas encore fermés : septembre 2026" in texte
        for morceau in ("1 997 autres", "corrigé depuis : 90 %", "Le signe □ remplace", SCEAU):
            assert morceau in texte

    def test_sla_9_chaque_papier_est_conforme_a_pdf_ua(self, tmp_path: Path) -> None:
        exiger_verapdf()
        vide: Bornee[object] = Bornee([], 0)
        rapports = {
            "complet": complet(),
            "vide": replace(complet(), manquees=vide, exclues=vide, corrigees=vide),  # type: ignore[arg-type]
            "provisoire": replace(complet(), fermeture=None, organisme=None),
        }
        papiers = [tmp_path / f"{nom}.pdf" for nom in rapports]
        for papier, rapport in zip(papiers, rapports.values(), strict=True):
            papier.write_bytes(papier_rapport.rendre(rapport, SCEAU))
        assert non_conformes(papiers) == []


class TestEcriture:
    def test_sla_9_les_titres_s_elident(self) -> None:
        """« Sommaire d'octobre », « à la fin d'octobre », « Les nombres d'IC-1 »."""
        septembre = complet()
        ic_1 = [replace(septembre.indicateurs[0], code="IC-1")]
        lue = page(replace(septembre, periode="2026-10", indicateurs=ic_1))
        assert "Sommaire d'octobre 2026" in lue.replace("&#39;", "'")
        assert "à la fin d'octobre 2026" in lue.replace("&#39;", "'")
        assert "Les nombres d'IC-1" in lue.replace("&#39;", "'")

    def test_sla_9_une_correction_dit_l_avant_de_cette_correction(self) -> None:
        """De rang deux, ce n'est pas le publié."""
        lue = page(complet())
        assert ">Avant</th>" in lue
        assert ">Publié</th>" not in lue

    def test_sla_4_l_exercice_sans_objet_garde_la_cible_du_dernier_mois(self) -> None:
        vides = [lu(m, chiffres(0, 0, cible=c)) for m, c in zip(AOUT_ET_SEPTEMBRE, ("0.95", "0.9"),
                                                                  strict=True)]  # fmt: skip
        (indicateur,) = rapporter(vides, AOUT_ET_SEPTEMBRE, PUBLICATION)
        assert indicateur.exercice.cible == Decimal("0.9")
        mesure = [vides[0], lu(SEPTEMBRE, chiffres(1, 2, cible="0.9"))]
        (indicateur,) = rapporter(mesure, AOUT_ET_SEPTEMBRE, PUBLICATION)
        assert indicateur.exercice.cible == Decimal("0.9")

    def test_sla_7_un_mois_qu_un_candidat_viderait_garde_sa_cible(self) -> None:
        """« Sans objet » n'est pas « sans cible », au rapport de recalcul non plus."""
        cible = Decimal("0.95")
        une = Ecart(verdict="conforme", exclue=False, signalee=False, nombre=-1, cible=cible)
        vide = chiffres(1, 1).avec([une], {cible: 1})
        assert (vide.mesurees, vide.cible) == (0, cible)


class TestGardes:
    def test_sla_9_un_rapport_garde_se_relit_tel_quel(self) -> None:
        rapport = complet()
        relu = conversion.lire(conversion.document(rapport))
        assert relu == rapport
        assert conversion.empreinte(relu) == conversion.empreinte(rapport)

    def test_sla_9_un_rapport_garde_en_minutes_se_relit_en_secondes(self) -> None:
        """« minutes » y nommait les mêmes secondes; un champ né depuis prend sa valeur d'office."""
        rapport = complet()
        ancien = loads(conversion.document(rapport))
        for indicateur in ancien["indicateurs"]:
            indicateur["unite"] = "minutes"
            del indicateur["mois_exercice"], indicateur["exercice_actuel"]
        del ancien["exclues_figees"], ancien["corrigees"]["lignes"][0]["precisions_apres"]
        relu = conversion.lire(dumps(ancien))
        assert {i.unite for i in relu.indicateurs} == {"secondes"}
        assert relu.manquees == rapport.manquees

    def test_sla_9_l_heure_ne_change_pas_l_empreinte_ce_qu_il_dit_si(self) -> None:
        rapport = complet()
        plus_tard = replace(rapport, etabli_le=datetime(2027, 1, 1, tzinfo=UTC))
        assert conversion.empreinte(plus_tard) == conversion.empreinte(rapport)
        assert conversion.empreinte(complet(manquees=4)) != conversion.empreinte(rapport)

    def test_un_reglage_qui_ne_garderait_rien_est_refuse(self) -> None:
        with pytest.raises(ValueError, match="au moins un mois"):
            Conservation(mois=0)
        garde = Conservation(mois=36).garder(complet(), date(2026, 10, 5))
        assert garde.conserve_jusquau == date(2029, 10, 5)


class TestExecution:
    def test_sla_9_arreter_deux_fois_ne_change_rien(self) -> None:
        acte = Acte(Acteur("mesure-1"), datetime(2026, 10, 5, tzinfo=UTC))
        execution = Execution(
            id=complet().manquees.lignes[0].mesure_id,
            periode="2026-09",
            demandee_le=acte.le,
            demandee_par=acte.acteur.sujet,
            rapports=3,
            etablis=1,
        )
        arretee = execution.arreter(acte.le)
        assert arretee.etat is Etat.ARRETEE
        assert arretee.arreter(datetime(2026, 10, 6, tzinfo=UTC)) == arretee
        assert arretee.reprendre().etat is Etat.EN_COURS
        with pytest.raises(Conflit, match="terminée"):
            replace(execution, etablis=2, ecartes=1).arreter(acte.le)
