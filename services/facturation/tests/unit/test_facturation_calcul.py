"""Les cas dorés, calculés à la main : le raisonnement est à côté de chaque montant."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Creance, Nature
from facturation.creances.domaine.faits import Appris, sources
from facturation.creances.domaine.quantites import duree
from facturation.tarification.domaine.tarification import Tarification
from noyau import Mois
from services.facturation.tests.builders import (
    ORIGINE,
    SEPTEMBRE,
    TARIFS,
    Faits,
    du,
    fiche,
    grille,
    prix,
    tarif,
    tarification,
)

F = Faits()


def jour(j: int, mois: int = 9) -> date:
    return date(2026, mois, j)


def montants(
    *faits: Appris, tarifs: Tarification | None = None, jusqua: Mois = SEPTEMBRE
) -> list[str]:
    return [str(c.montant) for c in creances(*faits, tarifs=tarifs, jusqua=jusqua)]


def creances(
    *faits: Appris, tarifs: Tarification | None = None, jusqua: Mois = SEPTEMBRE
) -> list[Creance]:
    calcul = calculer(sources(faits), tarifs or tarification(), jusqua)
    assert not calcul.attentes
    return sorted(calcul.creances, key=lambda c: c.identite)


def motifs(*faits: Appris, tarifs: Tarification | None = None) -> list[str]:
    calcul = calculer(sources(faits), tarifs or tarification(), SEPTEMBRE)
    assert not calcul.creances
    return [attente.motif for attente in calcul.attentes]


# --- FAC-1 : abonnements -------------------------------------------------------------------------


def test_fac_1_un_mois_entier_est_le_tarif() -> None:
    assert montants(F.livraison("p", jour(1))) == ["147.00"]


def test_fac_1_le_jour_de_livraison_compte() -> None:
    # du 3 au 30 septembre : 28 jours; 147 × 28 ÷ 30 = 137,20
    assert montants(F.livraison("p", jour(3))) == ["137.20"]


def test_fac_1_le_jour_de_recuperation_ne_compte_pas() -> None:
    # du 1er au 11 septembre : 11 jours; 147 × 11 ÷ 30 = 53,90
    (c,) = creances(F.livraison("p", jour(1)), F.recuperation("p", jour(12)))
    assert str(c.montant) == "53.90"
    assert c.calcul == "147,00\N{NO-BREAK SPACE}$ × 11 ÷ 30"


def test_fac_1_livre_et_recupere_le_meme_jour_ne_doit_rien() -> None:
    assert montants(F.livraison("p", jour(5)), F.recuperation("p", jour(5))) == []


def test_fac_6_un_actif_livre_de_nouveau_apres_reouverture_ne_se_facture_qu_une_fois() -> None:
    livraisons = [F.livraison("l", jour(j), "LOGICIEL-X") for j in (9, 15)]
    lignes = creances(*livraisons)
    assert sorted(str(c.montant) for c in lignes) == ["55.00", "98.99"]
    assert {c.identite.debut for c in lignes} == {jour(9)}


def test_fac_1_le_jour_est_celui_de_quebec() -> None:
    # 22 h le 30 août à Québec est déjà le 31 en UTC : le 30 et le 31 août comptent.
    livraison = F.livraison("p", date(2026, 8, 30))
    tardive = replace(livraison, survenu_le=livraison.survenu_le.replace(day=31, hour=2))
    # 147 × 2 ÷ 31 = 9,4838… → 9,48
    assert montants(tardive, jusqua=Mois(2026, 8)) == ["9.48"]


def test_fac_1_un_tarif_qui_change_le_16_fait_deux_lignes() -> None:
    tarifs = tarification(fiche(), fiche(2, jour(16), POSTE_01="150"))
    # 147 × 15 ÷ 30 = 73,50; 150 × 15 ÷ 30 = 75,00
    lignes = creances(F.livraison("p", ORIGINE), tarifs=tarifs, jusqua=SEPTEMBRE)[-2:]
    assert [str(c.montant) for c in lignes] == ["73.50", "75.00"]
    assert [c.identite.debut for c in lignes] == [jour(1), jour(16)]
    assert [c.prix.version_fiche for c in lignes] == [1, 2]


def test_fac_1_une_version_qui_ne_change_pas_le_prix_ne_fait_qu_une_ligne() -> None:
    tarifs = tarification(fiche(), fiche(2, jour(16), POSTE_03="230"))
    assert montants(F.livraison("p", jour(1)), tarifs=tarifs) == ["147.00"]


def test_cat_2_republiee_au_meme_debut_une_version_remplace_l_autre() -> None:
    tarifs = tarification(
        fiche(), fiche(2, jour(16), POSTE_01="150"), fiche(3, jour(16), POSTE_01="153")
    )
    # 147 × 15 ÷ 30 = 73,50; 153 × 15 ÷ 30 = 76,50
    assert montants(F.livraison("p", jour(1)), tarifs=tarifs) == ["73.50", "76.50"]


def test_fac_1_la_demie_s_eloigne_de_zero() -> None:
    # 6,25 × 2 ÷ 31… non : 6,25 × 12 ÷ 30 = 2,50; 6,25 × 3 ÷ 30 = 0,625 → 0,63
    assert montants(F.livraison("m", jour(28), "ECRAN-24")) == ["0.63"]


def test_fac_1_la_quantite_se_multiplie_avant_l_arrondi() -> None:
    # 6,25 × 3 × 3 ÷ 30 = 1,875 → 1,88 (et non 3 × 0,63 = 1,89)
    assert montants(F.livraison("m", jour(28), "ECRAN-24", quantite=3)) == ["1.88"]


def test_fac_1_fevrier_et_les_mois_suivants() -> None:
    faits = (F.livraison("p", date(2027, 2, 27)),)
    # 147 × 2 ÷ 28 = 10,50, puis mars entier
    assert montants(*faits, jusqua=Mois(2027, 3)) == ["10.50", "147.00"]


def test_fac_1_un_abonnement_sans_actif_suit_la_meme_regle() -> None:
    # 955,56 × 20 ÷ 30 = 637,04
    faits = (F.souscription("a", jour(1)), F.resiliation("a", jour(21)))
    assert montants(*faits) == ["637.04"]


def test_poste_virtuel_au_prix_du_ropn_sans_majoration() -> None:
    assert montants(F.livraison("v", jour(1), "VIRTUEL-M")) == ["62.50"]


def test_un_prix_du_ropn_qui_change_fait_deux_lignes() -> None:
    tarifs = tarification(prix_ropn=[prix("VIRTUEL-M", "65", 2, jour(16))])
    # 62,50 ÷ 2 = 31,25; 65 ÷ 2 = 32,50
    lignes = creances(F.livraison("v", jour(1), "VIRTUEL-M"), tarifs=tarifs)
    assert [str(c.montant) for c in lignes] == ["31.25", "32.50"]
    assert [c.prix.version_prix for c in lignes] == [1, 2]


# --- FAC-2 : pertes ------------------------------------------------------------------------------


def test_fac_2_une_perte_coute_quatre_mois_et_finit_l_abonnement() -> None:
    # 219 × 17 ÷ 30 = 124,10 jusqu'au 17 inclus; 4 × 219 = 876
    lignes = creances(
        F.livraison("p", jour(1), "PORTABLE-14"), F.perte("p", jour(18), "PORTABLE-14")
    )
    assert {c.identite.nature: str(c.montant) for c in lignes} == {
        Nature.ABONNEMENT: "124.10",
        Nature.PERTE: "876.00",
    }


def test_fac_2_au_tarif_du_jour_du_fait() -> None:
    tarifs = tarification(fiche(), fiche(2, jour(16), POSTE_03="240"))
    lignes = creances(
        F.livraison("p", jour(1), "PORTABLE-14"), F.perte("p", jour(18), "PORTABLE-14"),
        tarifs=tarifs,
    )  # fmt: skip
    # 219 × 15 ÷ 30 = 109,50; 240 × 2 ÷ 30 = 16; 4 × 240 = 960
    assert [str(c.montant) for c in lignes] == ["109.50", "16.00", "960.00"]


def test_fac_2_sans_tarif_mensuel_aucuns_frais() -> None:
    # 89,99 × 1,10 = 98,989 → 98,99; 50 × 1,10 = 55
    faits = (F.livraison("l", jour(1), "LOGICIEL-X"), F.perte("l", jour(9), "LOGICIEL-X"))
    assert sorted(montants(*faits)) == ["55.00", "98.99"]


def test_fac_2_une_perte_apres_la_recuperation_ne_coute_rien() -> None:
    faits = (F.livraison("p", jour(1)), F.recuperation("p", jour(12)), F.perte("p", jour(20)))
    assert montants(*faits) == ["53.90"]


def test_fac_2_une_perte_sans_livraison_connue_attend() -> None:
    assert motifs(F.perte("p", jour(3))) == [
        "L'actif est perdu, mais sa livraison n'est pas connue."
    ]


# --- FAC-3 : majoration --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("montant", "quantite", "attendu"),
    [
        ("89.99", 1, "98.99"),  # 98,989
        ("0.05", 1, "0.06"),  # 0,055 : la demie s'éloigne de zéro
        ("0.15", 3, "0.50"),  # 0,495 → 0,50; arrondi à l'unité, ce serait 3 × 0,17 = 0,51
        ("1000", 2, "2200.00"),
    ],
)
def test_fac_3_dix_pour_cent_sur_prix_fois_quantite(
    montant: str, quantite: int, attendu: str
) -> None:
    tarifs = tarification(prix_ropn=[prix("LOGICIEL-X", montant, 2)])
    lignes = creances(F.livraison("l", jour(9), "LOGICIEL-X", quantite), tarifs=tarifs)
    assert {ligne.identite.tarif: str(ligne.montant) for ligne in lignes}["PRODUIT"] == attendu


def test_cat_4_un_produit_du_noyau_ne_se_facture_pas() -> None:
    assert montants(F.livraison("n", jour(1), "NOYAU")) == []


# --- FAC-4 : heures ------------------------------------------------------------------------------


def test_fac_4_vingt_minutes_font_une_heure() -> None:
    lignes = creances(F.intervention("i", jour(9), 20, cloture=True))
    # 86 × 1 h, et 23 par demande de soutien
    assert {c.identite.tarif: str(c.montant) for c in lignes} == {
        "SOUTIEN-HEURE": "86.00",
        "SOUTIEN-APPEL": "23.00",
    }


def test_fac_4_quatre_heures_en_font_trois_et_chaque_deplacement_se_paie() -> None:
    lignes = creances(
        F.intervention("i", jour(8), 150, deplacement=True),
        F.intervention("i", jour(9), 90, deplacement=True, cloture=True),
    )
    # 86 × 3 h = 258; 2 × 258 = 516; datés de la clôture
    assert {c.identite.tarif: str(c.montant) for c in lignes} == {
        "SOUTIEN-HEURE": "258.00",
        "SOUTIEN-APPEL": "23.00",
        "SOUTIEN-DEPLACEMENT": "516.00",
    }
    assert {c.identite.debut for c in lignes} == {jour(9)}


def test_fac_4_les_interventions_s_additionnent_avant_l_arrondi() -> None:
    # 40 + 41 = 81 min → 1,5 h; 129. Arrondies une à une : 45 + 45 = 90 aussi, mais 31 + 31 = 62
    # → 1,25 h (107,50) et non 45 + 45 → 1,5 h.
    lignes = creances(
        F.intervention("i", jour(8), 31), F.intervention("i", jour(8), 31, cloture=True)
    )
    assert "107.50" in [str(c.montant) for c in lignes]


def test_fac_4_un_incident_ouvert_ne_se_facture_pas() -> None:
    assert montants(F.intervention("i", jour(8), 300)) == []


@pytest.mark.parametrize(
    ("minutes", "facturees"), [(1, 60), (60, 60), (61, 75), (180, 180), (181, 180), (600, 180)]
)
def test_fac_4_quart_d_heure_superieur_entre_une_et_trois_heures(
    minutes: int, facturees: int
) -> None:
    soutien = next(t for t in TARIFS if t.code == "SOUTIEN-HEURE")
    assert duree(Fraction(minutes), soutien.quantite).numerateur == facturees


def test_fac_4_les_heures_d_un_article_s_additionnent_par_tarif() -> None:
    faits = (
        F.travail("x", jour(9), 60),
        F.travail("x", jour(9), 40),
        F.travail("x", jour(9), 16, "AMENAGEMENT-INFRA"),
    )
    # 60 + 40 = 100 min → 1,75 h × 63 = 110,25; 16 min → 0,5 h × 100 = 50
    assert montants(*faits) == ["110.25", "50.00"]


def test_fac_4_les_heures_de_deux_jours_s_arrondissent_chacune() -> None:
    lignes = creances(F.travail("x", jour(9), 20), F.travail("x", jour(10), 20))
    # 20 min → 0,5 h × 63 = 31,50, deux fois; ensemble, 40 min n'en feraient que 0,75 h
    assert [str(c.montant) for c in lignes] == ["31.50", "31.50"]
    assert [c.identite.debut for c in lignes] == [jour(9), jour(10)]


def test_fac_4_les_heures_se_paient_au_tarif_du_jour_travaille() -> None:
    tarifs = tarification(fiche(), fiche(2, jour(10), AMENAGEMENT_BUR="80"))
    faits = (F.travail("x", jour(9), 60), F.travail("x", jour(10), 60))
    assert montants(*faits, tarifs=tarifs) == ["63.00", "80.00"]


# --- Courtier et attentes ------------------------------------------------------------------------


def test_courtier_frais_sans_grille_la_ligne_attend() -> None:
    assert motifs(F.contrat("c", jour(9), "240000")) == [
        "La grille du tarif COURTIER-FRAIS ne donne aucun montant."
    ]


@pytest.mark.parametrize(
    ("montant", "frais"),
    [
        ("99999.99", "500.00"),
        ("100000", "1500.00"),  # 1 000 + 0,5 % × 100 000
        ("240000", "2200.00"),  # 1 000 + 0,5 % × 240 000
    ],
)
def test_ci_20_courtier_frais_selon_la_tranche_atteinte(montant: str, frais: str) -> None:
    frais_du_courtier = tarif(
        "COURTIER-FRAIS", None, "grille", du("contrat.signé"), fait="montant",
        grille=grille(("0", "500", "0"), ("100000", "1000", "0.005")),
    )  # fmt: skip
    tarifs = tarification(fiche(), fiche(2, tarifs=[frais_du_courtier]))
    assert montants(F.contrat("c", jour(9), montant), tarifs=tarifs) == [frais]


def test_fac_12_un_contrat_ne_doit_que_les_frais() -> None:
    frais = tarif("COURTIER-FRAIS", "750", "forfait", du("contrat.signé"))
    (c,) = creances(
        F.contrat("c", jour(9), "240000"), tarifs=tarification(fiche(2, tarifs=[frais])),
        jusqua=Mois(2027, 9),
    )  # fmt: skip
    assert (c.identite.tarif, str(c.montant)) == ("COURTIER-FRAIS", "750.00")


def test_un_montant_absent_un_produit_ou_un_prix_inconnu_attendent() -> None:
    assert motifs(F.livraison("e", jour(9), "ETUDE")) == ["Le tarif EVALUATION n'a pas de montant."]
    assert motifs(F.livraison("z", jour(9), "ZZZ")) == ["Le produit ZZZ n'est pas au ROPN."]
    sans_prix = Tarification(fiches=(fiche(),), produits=tarification().produits)
    assert motifs(F.livraison("v", jour(9), "VIRTUEL-M"), tarifs=sans_prix) == [
        "Le ROPN ne donne aucun prix au produit VIRTUEL-M."
    ]


def test_un_tarif_publie_plus_tard_n_attend_que_pour_les_jours_sans_prix() -> None:
    calcul = calculer(
        sources([F.livraison("p", jour(1))]),
        Tarification(fiches=(fiche(debut=jour(16)),), produits=tarification().produits),
        SEPTEMBRE,
    )
    assert [str(c.montant) for c in calcul.creances] == ["73.50"]  # 147 × 15 ÷ 30
    assert [a.identite.debut for a in calcul.attentes] == [jour(1)]


def test_un_produit_modifie_ne_change_pas_ce_que_doit_une_livraison_passee() -> None:
    base = tarification()
    etat = next(p for p in base.produits if p.code == "BUREAU-STD")
    apres = type(etat)(
        code=etat.code, sequence=2, libelle=etat.libelle, tarifs=("POSTE-03",),
        depuis=F.livraison("x", jour(10)).survenu_le,
    )  # fmt: skip
    tarifs = Tarification(fiches=base.fiches, produits=(*base.produits, apres))
    faits = (F.livraison("p", jour(1)), F.livraison("q", jour(16)))
    assert montants(*faits, tarifs=tarifs) == ["147.00", "109.50"]  # 219 × 15 ÷ 30


def test_majoration_dans_le_calcul_en_clair() -> None:
    (installation, _) = creances(F.livraison("l", jour(9), "LOGICIEL-X", 2))
    assert installation.calcul == "50,00\N{NO-BREAK SPACE}$ × 2 + 10\N{NO-BREAK SPACE}%"
    assert installation.prix.majoration == Decimal("0.10")
