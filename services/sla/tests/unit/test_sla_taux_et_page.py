"""Le taux (SLA-4), l'explication (SLA-3) et sa page, sans base de données."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.tests.builders import (
    CONDITIONS,
    CONTRAT,
    LIVRE_MONITEUR,
    LIVRE_POSTE,
    Recit,
    calendrier,
    demarrage,
    fiche,
    fiches,
    indicateur,
    sept,
)
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.fiches.domaine import Fiche, Fiches
from sla.mesures.adaptateurs.rendus.page_explication import rendre
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import JUGES, rejouer
from sla.taux.domaine.parts import EtatDuTaux, Taux


def toutes_au_30(recit: Recit, connues: Fiches | None = None) -> list[Explication]:
    histoire = recit.histoire
    mesures = rejouer(histoire, connues or fiches(), calendrier())
    return [expliquer(mesure, histoire, calendrier(), au=sept(30)) for mesure in mesures]


def expliquer_au_30(recit: Recit, connues: Fiches | None = None) -> Explication:
    (explication,) = toutes_au_30(recit, connues)
    return explication


class TestTaux:
    """SLA-4."""

    @given(mesurees=st.integers(0, 10_000), donnees=st.data())
    def test_toujours_entre_zero_et_un_ou_sans_objet(
        self, mesurees: int, donnees: st.DataObject
    ) -> None:
        taux = Taux(donnees.draw(st.integers(0, mesurees)), mesurees)
        arrondi = taux.arrondi(None)
        assert (taux.valeur is None) == (arrondi is None) == (mesurees == 0)
        if arrondi is not None:
            assert 0 <= arrondi <= 1

    @pytest.mark.parametrize(("conformes", "mesurees"), [(1, 0), (3, 2), (-1, 2)])
    def test_un_compte_impossible_est_refuse(self, conformes: int, mesurees: int) -> None:
        with pytest.raises(ValueError, match="mesurées"):
            Taux(conformes, mesurees)

    def test_la_cible_se_compare_a_la_part_exacte_pas_a_l_arrondi(self) -> None:
        taux = Taux(94_999, 100_000)
        assert taux.arrondi(None) == Decimal("0.9500")
        assert taux.atteint(Decimal("0.95")) is False
        assert Taux(19, 20).atteint(Decimal("0.95")) is True
        assert Taux(19, 20).valeur == Fraction(19, 20)

    @pytest.mark.parametrize(
        ("conformes", "mesurees", "cible", "montree"),
        [
            (2, 3, None, "0.6667"),
            (1, 8, None, "0.1250"),
            (1, 20_000, None, "0.0001"),  # la demie s'éloigne de zéro
            (3, 20_000, None, "0.0002"),
            (1, 30_000, None, "0.0001"),  # jamais 0.0000 : une est conforme
            (19_999, 20_000, None, "0.9999"),  # jamais 1.0000 : une ne l'est pas
            (199_999, 200_000, "0.95", "0.9999"),
            (20_000, 20_000, "0.95", "1.0000"),
            (0, 20_000, "0.95", "0.0000"),
            (94_999, 100_000, "0.95", "0.9499"),  # manquée, elle ne se montre pas à la cible
            (94_999, 100_000, None, "0.9500"),
            (95, 100, "0.95", "0.9500"),
            (19_999, 20_000, "1", "0.9999"),
            (2, 3, "0.66668", "0.6666"),
            (666_664, 1_000_000, "0.66666", "0.6667"),
            (666_640, 1_000_000, "0.66663", "0.6667"),  # atteinte : 0.6666 la dirait manquée
            (1, 30_000, "0.0001", "0.00003"),  # ni nulle, ni à la cible : cinq décimales
            (19_999, 20_000, "0.99992", "0.99995"),
        ],
    )
    def test_sla_4_un_taux_montre_ne_contredit_pas_l_exact(
        self, conformes: int, mesurees: int, cible: str | None, montree: str
    ) -> None:
        promise = None if cible is None else Decimal(cible)
        assert str(Taux(conformes, mesurees).arrondi(promise)) == montree

    @settings(max_examples=1_000)
    @given(
        mesurees=st.integers(1, 300_000),
        cible=st.none() | st.decimals("0.000001", 1, places=6) | st.decimals("0.01", 1, places=2),
        donnees=st.data(),
    )
    def test_sla_4_un_taux_montre_conclut_comme_l_exact(
        self, mesurees: int, cible: Decimal | None, donnees: st.DataObject
    ) -> None:
        """Surtout à un souffle de 0, de 1 et de la cible, où l'arrondi trompe."""
        pivots = [0, mesurees, int(mesurees * (cible or 0)), donnees.draw(st.integers(0, mesurees))]
        ecart = donnees.draw(st.integers(-2, 2))
        conformes = min(max(donnees.draw(st.sampled_from(pivots)) + ecart, 0), mesurees)
        taux = Taux(conformes, mesurees)
        montree, exacte = taux.arrondi(cible), taux.valeur
        assert montree is not None
        assert exacte is not None
        assert (montree == 0, montree == 1) == (exacte == 0, exacte == 1)
        if cible is not None:
            assert (montree >= cible) is taux.atteint(cible)
        if len(str(montree)) == len("0.0000"):
            assert abs(Fraction(montree) - exacte) < Fraction(1, 10_000)

    def test_sans_cible_ou_sans_mesure_rien_n_est_atteint_ni_manque(self) -> None:
        assert Taux(1, 1).atteint(None) is None
        assert Taux(0, 0).atteint(Decimal("0.95")) is None

    @pytest.mark.parametrize(
        ("taux", "cible", "etat"),
        [
            (Taux(19, 20), "0.95", EtatDuTaux.ATTEINTE),
            (Taux(18, 20), "0.95", EtatDuTaux.NON_ATTEINTE),
            (Taux(0, 20), "0", EtatDuTaux.ATTEINTE),
            (Taux(20, 20), None, EtatDuTaux.SANS_CIBLE),
            (Taux(0, 20), None, EtatDuTaux.SANS_CIBLE),
            (Taux(0, 0), "0.95", EtatDuTaux.SANS_OBJET),
            (Taux(0, 0), None, EtatDuTaux.SANS_OBJET),
        ],
    )
    def test_sla_4_sans_cible_un_taux_n_est_ni_atteint_ni_manque(
        self, taux: Taux, cible: str | None, etat: EtatDuTaux
    ) -> None:
        assert taux.etat(None if cible is None else Decimal(cible)) is etat


class TestExplication:
    """SLA-3."""

    @given(recit=recits(), versions=fiches_publiees())
    def test_les_intervalles_somment_au_verdict_et_se_suivent(
        self, recit: Recit, versions: tuple[Fiche, ...]
    ) -> None:
        for explication in toutes_au_30(recit, Fiches.de(versions)):
            if explication.mesure.verdict in JUGES and explication.comptage is not None:
                assert explication.decompte is not None
                intervalles = explication.decompte.intervalles
                assert sum(i.jours for i in intervalles) == explication.mesure.jours
                for avant, apres in pairwise(intervalles):
                    assert (apres.debut - avant.fin).days == 1
            assert len(explication.faits) == len(recit.episodes)

    def test_la_conclusion_dit_le_verdict_l_exclusion_et_le_signalement(self) -> None:
        recit = Recit().creee(sept(1), logiciel_payant=True, gamme="inconnue").livree(sept(2))
        assert expliquer_au_30(recit).conclusion == (
            "Conforme. 1 jour ouvrable compté, pour un délai de 10."
            " Exclue du taux ajusté : acquisition d'un logiciel payant."
            " Signalée, condition à trancher : gamme de poste hors engagement."
        )

    def test_chaque_livraison_dit_si_on_l_attendait(self) -> None:
        recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_MONITEUR).livree(sept(2))
        recit.livree(sept(3)).livree(sept(4), LIVRE_MONITEUR).suspendue(sept(8))
        assert [fait.effet for fait in expliquer_au_30(recit).faits] == [
            "à la charge du MCN",
            "livraison mesurée",
            "article qui n'était pas attendu : sans effet",
            "livraison non mesurée",
            "sans effet sur la charge",
        ]

    def test_dem_13_un_fait_dit_ce_qu_on_en_avait_annonce_et_quand_on_l_a_appris(self) -> None:
        recit = Recit().creee(sept(1)).puis("demande.suspendue", sept(2), appris=sept(4))
        recit.reprise(sept(8)).rectifie(2, sept(3)).livree(sept(9)).livree(sept(10))
        recit.rectifie(3, None)
        explication = expliquer_au_30(recit)
        assert [
            (f.episode.survenu_le, f.episode.annonce_le, f.appris_le, f.nul)
            for f in explication.faits
        ] == [
            (sept(1), None, None, False),
            (sept(2), None, sept(4), False),
            (sept(3), sept(8), None, False),
            (sept(9), None, None, True),
            (sept(10), None, None, False),
        ]
        dits = rendre(explication).replace("\N{NO-BREAK SPACE}", " ")
        assert "rectifié, d&#39;abord annoncé le 8 septembre 2026, 9 h" in dits
        assert dits.count("appris le 4 septembre 2026, 9 h") == dits.count("appris le ") == 1
        assert dits.count("annulé par une rectification : sans effet") == 1

    def test_en_cours_l_echeance_suit_les_suspensions(self) -> None:
        # J0 = 21; comptés au 30 à 9 h : 22, 23, 28, 29. Six de plus : du 30 au 7 octobre.
        recit = Recit().creee(sept(21)).suspendue(sept(24)).reprise(sept(28))
        echeance = expliquer_au_30(recit).echeance_projetee
        assert echeance is not None
        assert echeance.isoformat() == "2026-10-07"


class TestPage:
    @given(recit=recits(), versions=fiches_publiees())
    def test_toute_histoire_se_dessine(self, recit: Recit, versions: tuple[Fiche, ...]) -> None:
        for explication in toutes_au_30(recit, Fiches.de(versions)):
            page = rendre(explication)
            assert page.count("<h1") == 1
            assert "None" not in page

    def test_la_frise_numerote_chaque_jour_compte_et_nomme_les_autres(self) -> None:
        severe = Fiches.de([fiche(indicateur(delai=3))])
        recit = Recit().creee(sept(1)).suspendue(sept(3)).reprise(sept(8)).livree(sept(11))
        page = rendre(expliquer_au_30(recit, severe))
        assert re.findall(r'class="rang">(\d+)<', page) == ["1", "2", "3", "4", "5"]
        mots = re.findall(r'class="mot">([^<]*)<', page)
        assert mots == [
            "jour 0", "compté", "client", "client", "", "", "férié",
            "compté", "compté", "retard", "fin",
        ]  # fmt: skip

    def test_ce_que_dit_une_fiche_est_echappe(self) -> None:
        piege = Fiches.de([fiche(indicateur(libelle="<script>alert(1)</script>"))])
        page = rendre(expliquer_au_30(Recit().creee(sept(1)).livree(sept(2)), piege))
        assert "<script" not in page

    def test_cat_9_la_page_dit_l_unite_et_la_regle_de_son_horloge(self) -> None:
        recit = Recit().creee(sept(4)).livree(sept(9))
        civils = rendre(expliquer_au_30(recit, fiches(fiche(indicateur(horloge="jours_civils")))))
        assert "5 jours civils comptés, pour un délai de 10." in civils
        assert "<dd>10 jours civils</dd>" in civils
        assert "Un jour civil compte" in civils
        promesse = indicateur("PT-7", horloge="date_convenue", delai=None)
        convenue = rendre(
            expliquer_au_30(recit.convenue(sept(5), "2026-09-10"), fiches(fiche(promesse)))
        )
        assert 'class="frise"' not in convenue
        assert "Finie le 9 septembre 2026, pour une date convenue du 10 septembre" in convenue
        assert "<dt>Délai</dt>" not in convenue

    def test_sla_3_la_page_dit_des_mots_jamais_des_codes(self) -> None:
        recit = Recit().creee(sept(1), acquisition_multiple=True).suspendue(sept(2))
        page = rendre(expliquer_au_30(recit.reprise(sept(3)).livree(sept(4))))
        for mots in ("Demande créée", "Demande suspendue", "Poste livré"):
            assert f">{mots}<small>événement " in page
        assert "Acquisition multiple : oui (demande créée, " in page
        annulee = rendre(expliquer_au_30(Recit().creee(sept(1)).puis("demande.annulée", sept(2))))
        assert "Retirée de la mesure par « demande annulée »." in annulee
        corps = (p.partition("<main")[2] for p in (page, annulee))
        assert not any(re.search(r"[^\W\d_][._][^\W\d_]", re.sub("<.*?>", " ", c)) for c in corps)

    def test_sla_3_ce_qui_n_est_pas_un_code_se_lit_tel_quel(self) -> None:
        condition = replace(CONDITIONS["e"], libelle="hors de québec.ca, v2.1")
        recit = Recit().creee(sept(1), gamme="haute_performance").livree(sept(2))
        page = rendre(expliquer_au_30(recit, fiches(fiche(indicateur(conditions=(condition,))))))
        assert "Exclue du taux ajusté : hors de québec.ca, v2.1." in page
        assert "Gamme : haute performance (demande créée, " in page

    def test_sla_10_un_contrat_se_nomme_comme_tel(self) -> None:
        contrat = Recit(CONTRAT).puis("rencontre.demandée", sept(1))
        page = rendre(expliquer_au_30(contrat, fiches(fiche(demarrage()))))
        assert f"Contrat {CONTRAT.id} · MTQ" in page

    def test_une_demande_annulee_n_a_pas_de_frise_mais_ses_faits(self) -> None:
        page = rendre(expliquer_au_30(Recit().creee(sept(1)).puis("demande.annulée", sept(2))))
        assert 'class="frise"' not in page
        assert "retirée de la mesure" in page
