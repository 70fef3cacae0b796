"""SLA-4 : une date convenue est tenue ou non; passée, rien ne la déplace.

lu ma me je ve sa di
    1  2  3  4  5  6
 7  8  9 10 11 12 13      le 7 : Fête du Travail
14 15 16 17 18 19 20
"""

from datetime import date
from decimal import Decimal

import pytest

from services.sla.tests.builders import Recit, fiche, indicateur, sept, si
from services.sla.tests.unit.test_sla_indicateurs import juger, raconter
from sla.mesures.domaine.verdict import Mesure, Verdict


class TestDateConvenue:
    """SLA-4 : PT-7 et PT-8, date convenue tenue ou non."""

    PROMESSE = indicateur(
        "PT-7", couvre=si("sorte", "poste_physique"), horloge="date_convenue", delai=None
    )

    def juger(self, recit: Recit) -> Mesure:
        return juger(recit, fiche(self.PROMESSE))["PT-7"]

    @pytest.mark.parametrize(
        ("jour", "verdict"), [("2026-09-16", Verdict.CONFORME), ("2026-09-15", Verdict.MANQUEE)]
    )
    def test_sla_4_tenue_si_elle_finit_ce_jour_la_au_plus_tard(
        self, jour: str, verdict: Verdict
    ) -> None:
        mesure = self.juger(Recit().creee(sept(1)).convenue(sept(2), jour).livree(sept(16, 23)))
        assert (mesure.verdict, mesure.jours, mesure.fin) == (verdict, None, sept(16, 23))
        assert "Finie le 16 septembre 2026, pour une date convenue du 1" in mesure.raison

    def test_sla_4_la_derniere_date_dite_avant_la_fin_vaut(self) -> None:
        recit = (
            Recit().creee(sept(1)).convenue(sept(2), "2026-09-04").convenue(sept(3), "2026-09-20")
        )
        recit.livree(sept(16)).convenue(sept(17), "2026-09-01")
        assert self.juger(recit).verdict is Verdict.CONFORME

    @pytest.mark.parametrize(("le", "verdict"), [(9, Verdict.CONFORME), (10, Verdict.MANQUEE)])
    def test_sla_4_une_date_passee_ne_se_deplace_plus(self, le: int, verdict: Verdict) -> None:
        """Convenir le lendemain d'une date qu'on n'a pas tenue ne cache pas le retard."""
        recit = Recit().creee(sept(1)).convenue(sept(2), "2026-09-09")
        recit.convenue(sept(le), "2026-09-20").livree(sept(18))
        assert self.juger(recit).verdict is verdict
        effets = [f.effet for f in raconter(recit, self.PROMESSE).faits]
        assert ("date convenue : 20 septembre 2026" in effets) is (le == 9)
        assert any("après coup" in effet for effet in effets) is (le == 10)

    def test_sla_4_ce_qui_se_rouvre_se_convient_de_nouveau(self) -> None:
        recit = Recit().creee(sept(1)).convenue(sept(2), "2026-09-09").livree(sept(8))
        rouverte = recit.rouverte(sept(14))
        assert self.juger(rouverte).verdict is Verdict.EN_COURS
        recit.convenue(sept(15), "2026-09-20").livree(sept(18))
        assert self.juger(recit).verdict is Verdict.CONFORME

    def test_sla_4_une_date_manquee_le_reste_reouverture_ou_non(self) -> None:
        """Finir en retard, rouvrir, convenir de plus tard et finir : toujours en retard."""
        recit = Recit().creee(sept(1)).convenue(sept(2), "2026-09-04").livree(sept(8))
        recit.rouverte(sept(9)).convenue(sept(9, 10), "2026-09-20").livree(sept(18))
        mesure = self.juger(recit)
        assert mesure.verdict is Verdict.MANQUEE
        assert "pour une date convenue du 4 septembre" in mesure.raison
        effets = [f.effet for f in raconter(recit, self.PROMESSE).faits]
        assert any("après coup" in effet for effet in effets)

    @pytest.mark.parametrize("dite_a", [8, 10])
    def test_sla_4_rouverte_deux_fois_la_promesse_manquee_demeure(self, dite_a: int) -> None:
        """Convenue juste avant de rouvrir, ou juste après, une date de plus n'y change rien."""
        recit = Recit().creee(sept(1)).convenue(sept(2), "2026-09-09").livree(sept(8))
        recit.rouverte(sept(14)).livree(sept(15))
        recit.rouverte(sept(16)).convenue(sept(16, dite_a), "2026-09-20").livree(sept(18))
        assert self.juger(recit).verdict is Verdict.MANQUEE

    def test_sla_4_rouverte_sans_nouvelle_date_l_ancienne_vaut(self) -> None:
        recit = Recit().creee(sept(1)).convenue(sept(2), "2026-09-09").livree(sept(8))
        recit.rouverte(sept(14)).livree(sept(18))
        assert self.juger(recit).verdict is Verdict.MANQUEE

    def test_sla_4_sans_date_convenue_rien_n_est_juge(self) -> None:
        recit = Recit().creee(sept(1))
        assert self.juger(recit).raison == "La mesure court encore : aucune date n'est convenue."
        mesure = self.juger(recit.livree(sept(2)).convenue(sept(3), "2026-09-01"))
        assert (mesure.verdict, mesure.mois) == (Verdict.NON_MESUREE, None)

    @pytest.mark.parametrize("cible", [None, Decimal(0), Decimal("0.5"), Decimal(1)])
    def test_sla_4_la_date_decide_quelle_que_soit_la_cible(self, cible: Decimal | None) -> None:
        """Sans cible, ce qui n'est pas tenu se dit « dépassé »."""
        promesse = fiche(indicateur("PT-7", horloge="date_convenue", delai=None, cible=cible))
        convenu = [Recit().creee(sept(1)).convenue(sept(2), "2026-09-03") for _ in range(2)]
        recits = (convenu[0].livree(sept(3, 23)), convenu[1].livree(sept(4)))
        tard = Verdict.DEPASSEE if cible is None else Verdict.MANQUEE
        verdicts = [juger(recit, promesse)["PT-7"].verdict for recit in recits]
        assert verdicts == [Verdict.CONFORME, tard]

    def test_sla_4_en_cours_la_date_convenue_est_l_echeance(self) -> None:
        recit = Recit().creee(sept(1)).convenue(sept(2), "2026-09-20")
        explication = raconter(recit, self.PROMESSE)
        assert explication.echeance_projetee == date(2026, 9, 20)
        assert explication.intervalles == ()
        assert [f.effet for f in explication.faits] == [
            "à la charge du MCN",
            "date convenue : 20 septembre 2026",
        ]
