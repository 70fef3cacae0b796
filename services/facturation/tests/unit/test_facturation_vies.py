"""Les vies d'un actif, calculées à la main : le raisonnement est à côté de chaque montant."""

from dataclasses import replace
from datetime import date

from facturation.creances.domaine.abonnements import abonnements
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Creance
from facturation.creances.domaine.faits import Appris, sources
from facturation.creances.domaine.groupes import vies
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import EtatProduit
from services.facturation.tests.builders import (
    SEPTEMBRE,
    Faits,
    a,
    prix,
    produits,
    tarification,
)

F = Faits()
INSECABLE = "\N{NO-BREAK SPACE}"


def jour(j: int) -> date:
    return date(2026, 9, j)


def creances(*appris: Appris, t: Tarification | None = None) -> list[Creance]:
    calcul = calculer(sources(appris), t or tarification(), SEPTEMBRE)
    assert not calcul.attentes
    return sorted(calcul.creances, key=lambda c: c.identite)


def dites(*appris: Appris, t: Tarification | None = None) -> list[tuple[str, int, str]]:
    """(nature, jour, montant) de chaque créance."""
    return [
        (c.identite.nature.value, c.identite.debut.day, str(c.montant))
        for c in creances(*appris, t=t)
    ]


def test_fac_1_deux_vies_d_un_mois_se_paient_chacune() -> None:
    faits = (F.livraison("p", jour(1)), F.recuperation("p", jour(12)), F.livraison("p", jour(22)))
    # 147 × 11 ÷ 30 = 53,90; du 22 au 30, 9 jours : 147 × 9 ÷ 30 = 44,10
    assert dites(*faits) == [("abonnement", 1, "53.90"), ("abonnement", 22, "44.10")]
    (source,) = sources(faits)
    assert [(x.debut, x.fin) for x in abonnements(source, tarification())] == [
        (jour(1), jour(12)),
        (jour(22), None),
    ]


def test_fac_3_chaque_vie_doit_son_achat_et_son_installation() -> None:
    faits = (
        F.livraison("l", jour(1), "LOGICIEL-X"),
        F.recuperation("l", jour(12), "LOGICIEL-X"),
        F.livraison("l", jour(22), "LOGICIEL-X"),
    )
    # 50 × 1,10 = 55; 89,99 × 1,10 = 98,989 → 98,99
    assert dites(*faits) == [
        ("acte", 1, "55.00"),
        ("acte", 22, "55.00"),
        ("acte", 1, "98.99"),
        ("acte", 22, "98.99"),
    ]


def test_fac_1_livre_de_nouveau_en_service_rien_ne_change() -> None:
    premiere, encore = F.livraison("p", jour(1)), F.livraison("p", jour(10), "PORTABLE-14", 5)
    fin = F.recuperation("p", jour(12))
    assert dites(premiere, encore, fin) == dites(premiere, fin) == [("abonnement", 1, "53.90")]


def test_fac_1_une_fin_sans_vie_ouverte_ne_change_rien() -> None:
    recuperation = F.recuperation("p", jour(12))
    faits = (F.perte("p", jour(2)), F.livraison("p", jour(3)), recuperation, F.perte("p", jour(20)))
    # du 3 au 11, 9 jours : 147 × 9 ÷ 30 = 44,10; ni la perte d'avant, ni celle d'après
    assert dites(*faits) == [("abonnement", 3, "44.10")]
    (vie,) = vies(sources(faits)[0])
    assert vie.fin == recuperation


def test_dem_12_a_la_meme_seconde_la_livraison_precede_la_fin() -> None:
    for _ in range(8):  # l'identité des actes, tirée au sort, n'y est pour rien
        fin, livraison = F.recuperation("p", jour(5)), F.livraison("p", jour(5))
        assert dites(fin, livraison) == []


def test_fac_1_une_vie_d_aucun_jour_ne_doit_que_son_achat() -> None:
    fin = F.recuperation("l", jour(9), "LOGICIEL-X", heure=15)
    assert dites(F.livraison("l", jour(9), "LOGICIEL-X"), fin) == [
        ("acte", 9, "55.00"),
        ("acte", 9, "98.99"),
    ]
    sans_jour = (F.livraison("p", jour(9)), F.recuperation("p", jour(9), heure=15))
    (source,) = sources(sans_jour)
    assert dites(*sans_jour) == []
    assert abonnements(source, tarification()) == []


def test_fac_1_rendu_et_relivre_le_meme_jour_ce_jour_se_paie_une_fois() -> None:
    rendu = (F.livraison("p", jour(1)), F.recuperation("p", jour(15), heure=9))
    relivre = F.livraison("p", jour(15), heure=14)
    # 147 × 14 ÷ 30 = 68,60; 147 × 16 ÷ 30 = 78,40; ensemble, le mois : 147
    assert dites(*rendu, relivre) == [("abonnement", 1, "68.60"), ("abonnement", 15, "78.40")]


def test_fac_3_deux_vies_commencees_le_meme_jour_font_chacune_leurs_lignes() -> None:
    premiere = F.livraison("l", jour(9), "LOGICIEL-X", heure=9)
    fin = F.recuperation("l", jour(9), "LOGICIEL-X", heure=10)
    seconde = F.livraison("l", jour(9), "LOGICIEL-X", 2, heure=11)
    lignes = creances(premiere, fin, seconde)
    # 50 × 1,10 = 55; 50 × 2 × 1,10 = 110; 89,99 × 1,10 = 98,989; 89,99 × 2 × 1,10 = 197,978
    assert sorted(str(c.montant) for c in lignes) == ["110.00", "197.98", "55.00", "98.99"]
    (achat,) = [c for c in lignes if str(c.montant) == "197.98"]
    assert achat.calcul == f"89,99{INSECABLE}$ × 2 + 10{INSECABLE}%"
    assert achat.evenements == (seconde.acte_id,)
    assert achat.identite.cle == str(seconde.acte_id)


def test_fac_2_deux_pertes_d_un_meme_jour_se_paient_toutes_deux() -> None:
    faits = (
        F.livraison("p", jour(9), "PORTABLE-14", heure=8),
        F.perte("p", jour(9), "PORTABLE-14", heure=9),
        F.livraison("p", jour(9), "PORTABLE-14", heure=10),
        F.perte("p", jour(9), "PORTABLE-14", heure=11),
    )
    # 219 × 4 = 876, deux fois
    assert dites(*faits) == [("perte", 9, "876.00")] * 2
    assert {c.calcul for c in creances(*faits)} == {f"219,00{INSECABLE}$ × 4 mois"}


def test_fac_2_les_frais_sont_ceux_de_la_vie_que_la_perte_clot() -> None:
    faits = (
        F.livraison("p", jour(1), "PORTABLE-14", 2),
        F.recuperation("p", jour(11), "PORTABLE-14"),
        F.livraison("p", jour(16), "PORTABLE-14"),
        F.perte("p", jour(21), "PORTABLE-14"),
    )
    # 219 × 2 × 10 ÷ 30 = 146; 219 × 5 ÷ 30 = 36,50; 219 × 4 = 876, d'une seule unité
    assert dites(*faits) == [
        ("abonnement", 1, "146.00"),
        ("abonnement", 16, "36.50"),
        ("perte", 21, "876.00"),
    ]


def test_cat_1_une_vie_a_les_tarifs_du_produit_quand_elle_commence() -> None:
    base = tarification()
    change = EtatProduit(
        code="BUREAU-STD", sequence=2, libelle="Nouveau", tarifs=("POSTE-03",), depuis=a(jour(10))
    )
    t = Tarification(fiches=base.fiches, produits=(*base.produits, change))
    faits = (F.livraison("p", jour(1)), F.recuperation("p", jour(12)), F.livraison("p", jour(22)))
    # 147 × 11 ÷ 30 = 53,90; 219 × 9 ÷ 30 = 65,70
    assert dites(*faits, t=t) == [("abonnement", 1, "53.90"), ("abonnement", 22, "65.70")]


def test_fac_9_deux_prix_d_un_meme_jour_se_paient_chacun() -> None:
    t = tarification(prix_ropn=[prix("LOGICIEL-Y", "10")], autres={"LOGICIEL-Y": ("PRODUIT",)})
    faits = (
        F.livraison("l", jour(9), "LOGICIEL-X", heure=8),
        F.recuperation("l", jour(9), "LOGICIEL-X", heure=9),
        F.livraison("l", jour(9), "LOGICIEL-Y", heure=10),
    )
    # 10 × 1,10 = 11, à côté des 55 et 98,99 du premier
    assert sorted(str(c.montant) for c in creances(*faits, t=t)) == ["11.00", "55.00", "98.99"]


def test_fac_6_un_tarif_nomme_deux_fois_ne_se_paie_qu_une() -> None:
    t = replace(tarification(), produits=produits(DOUBLE=("POSTE-01", "POSTE-01")))
    assert dites(F.livraison("p", jour(1), "DOUBLE"), t=t) == [("abonnement", 1, "147.00")]
