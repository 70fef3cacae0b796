"""DEM-13 : un acte redaté ou annulé; la facture suit, les périodes facturées se corrigent."""

from datetime import date, datetime
from itertools import permutations
from uuid import UUID

import pytest

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Identite, Nature
from facturation.creances.domaine.faits import Appris, sources
from facturation.factures.domaine.factures import Ligne
from facturation.factures.domaine.raisons import raison
from noyau import Mois
from services.facturation.tests.builders import Faits, a, situation, tarification

F = Faits()
SEPTEMBRE, OCTOBRE = Mois(2026, 9), Mois(2026, 10)


def jour(j: int, mois: int = 9) -> date:
    return date(2026, mois, j)


def dus(*appris: Appris) -> list[tuple[str, str, str]]:
    """(nature, début, montant) de chaque créance jusqu'à septembre."""
    creances = calculer(sources(appris), tarification(), SEPTEMBRE).creances
    triees = sorted(creances, key=lambda c: c.identite)
    return [(c.identite.nature, str(c.identite.debut), str(c.montant)) for c in triees]


def corrections(facturees: list[Appris], *rectifications: Appris) -> list[Ligne]:
    """Les lignes d'octobre d'une période passée, septembre facturé avant les rectifications."""
    connus = calculer(sources(facturees), tarification(), SEPTEMBRE).creances
    deja = {c.identite: c.montant for c in connus}
    apres = situation([*facturees, *rectifications], deja=deja, emises={SEPTEMBRE: "1"})
    lignes = apres.projeter(OCTOBRE).lignes
    somme = sum(ligne.montant.cents for ligne in lignes)
    tout = calculer(sources([*facturees, *rectifications]), tarification(), OCTOBRE).creances
    assert somme == sum(c.montant.cents for c in tout) - sum(m.cents for m in deja.values())
    return [ligne for ligne in lignes if ligne.identite.periode < OCTOBRE]


def dites(lignes: list[Ligne]) -> list[tuple[str, str]]:
    return [(str(ligne.identite.debut), str(ligne.montant)) for ligne in lignes]


def test_dem_13_une_perte_redatee_emporte_sa_fin_et_ses_frais() -> None:
    livraison = F.livraison("p", jour(1), "PORTABLE-14")
    perte = F.perte("p", jour(18), "PORTABLE-14")
    # 219 × 9 ÷ 30 = 65,70; 4 × 219 = 876, le 10
    assert dus(livraison, perte, F.rectification(perte, a(jour(10)))) == [
        ("abonnement", "2026-09-01", "65.70"),
        ("perte", "2026-09-10", "876.00"),
    ]
    assert dus(livraison, perte, F.rectification(perte, None)) == [
        ("abonnement", "2026-09-01", "219.00")
    ]


def test_dem_13_une_souscription_redatee_commence_son_heure_juste() -> None:
    souscription = F.souscription("s", jour(1))
    # 955,56 × 10 ÷ 30 = 318,52
    assert dus(souscription, F.rectification(souscription, a(jour(21), 23))) == [
        ("abonnement", "2026-09-21", "318.52")
    ]
    # 22 h 30 à Québec le 20 est déjà le 21 en UTC
    le_20 = F.rectification(souscription, a(jour(20), 22, 30))
    assert dus(souscription, le_20)[0][1] == "2026-09-20"


def test_dem_13_des_heures_redatees_rejoignent_celles_de_leur_jour() -> None:
    un, deux = F.travail("x", jour(9), 20), F.travail("x", jour(10), 20)
    # ensemble, 40 min → 0,75 h × 63 = 47,25
    assert dus(un, deux, F.rectification(deux, a(jour(9), 17))) == [("acte", "2026-09-09", "47.25")]


def test_dem_13_un_incident_dont_la_cloture_est_nulle_ne_se_facture_plus() -> None:
    cloture = F.intervention("i", jour(9), 20, cloture=True)
    assert len(dus(cloture)) == 2
    assert dus(cloture, F.rectification(cloture, None)) == []


def test_dem_13_la_derniere_vaut_une_inconnue_attend_dans_tout_ordre() -> None:
    livraison = F.livraison("p", jour(1))
    suite: list[Appris] = [
        F.rectification(livraison, None, 1),
        F.rectification(livraison, a(jour(21)), 2),
        F.rectification(F.livraison("q", jour(1)), None),
    ]
    # 147 × 10 ÷ 30 = 49
    for arrivee in permutations([livraison, *suite, suite[0]]):
        assert dus(*arrivee) == [("abonnement", "2026-09-21", "49.00")]
    assert dus(*suite) == []


def test_dem_13_un_organisme_ne_rectifie_pas_l_acte_d_un_autre() -> None:
    livraison = F.livraison("p", jour(1))
    intrus = F.rectification(livraison, None, 9, organisme="RAMQ")
    assert dus(livraison, intrus) == dus(livraison) == [("abonnement", "2026-09-01", "147.00")]
    (source,) = sources([livraison, intrus])
    assert source.evenements == (livraison.acte_id,)


def test_dem_13_une_source_dont_tout_est_nul_reste_connue() -> None:
    livraison = F.livraison("p", jour(1))
    nul = F.rectification(livraison, None)
    (source,) = sources([livraison, nul])
    assert source.faits == ()
    assert source.evenements == (livraison.acte_id, nul.evenement)


@pytest.mark.parametrize(
    ("juste", "attendues"),
    [
        # 147 rendus; du 11 au 30, 20 jours : 147 × 20 ÷ 30 = 98
        (a(jour(11)), [("2026-09-01", "-147.00"), ("2026-09-11", "98.00")]),
        (None, [("2026-09-01", "-147.00")]),
        # du 22 au 31 août, 10 jours : 147 × 10 ÷ 31 = 47,419… → 47,42; septembre ne bouge pas
        (a(jour(22, 8)), [("2026-08-22", "47.42")]),
    ],
)
def test_dem_13_une_livraison_rectifiee_corrige_ce_qui_est_facture(
    juste: datetime | None, attendues: list[tuple[str, str]]
) -> None:
    livraison = F.livraison("p", jour(1))
    rectification = F.rectification(livraison, juste)
    lignes = corrections([livraison], rectification)
    assert dites(lignes) == attendues
    for ligne in lignes:
        assert ligne.evenements == (livraison.acte_id, rectification.evenement)


@pytest.mark.parametrize(
    ("juste", "attendu"),
    [
        # facturé 147 × 11 ÷ 30 = 53,90; jusqu'au 21 exclu, 147 × 20 ÷ 30 = 98 : 44,10 de plus
        (a(jour(21)), "44.10"),
        # jusqu'au 6 exclu, 147 × 5 ÷ 30 = 24,50 : 29,40 de moins
        (a(jour(6)), "-29.40"),
        # tout septembre : 147 − 53,90
        (None, "93.10"),
    ],
)
def test_dem_13_une_recuperation_rectifiee_corrige_ce_qui_est_facture(
    juste: datetime | None, attendu: str
) -> None:
    livraison, fin = F.livraison("p", jour(1)), F.recuperation("p", jour(12))
    rectification = F.rectification(fin, juste)
    (ligne,) = corrections([livraison, fin], rectification)
    assert dites([ligne]) == [("2026-09-01", attendu)]
    assert ligne.evenements == (livraison.acte_id, fin.acte_id, rectification.evenement)
    assert ligne.facturee.montant.cents == 5390


def test_fac_9_une_ligne_courante_nomme_ce_qui_rectifie_ses_actes() -> None:
    livraison, autre = F.livraison("p", jour(1)), F.recuperation("p", jour(2, 8))
    juste, nul = F.rectification(livraison, a(jour(3))), F.rectification(autre, None)
    (ligne,) = situation([livraison, autre, nul, juste]).projeter(SEPTEMBRE).lignes
    # 147 × 28 ÷ 30 = 137,20; l'autre acte, nul, n'a pas fait cette somme
    assert str(ligne.montant) == "137.20"
    assert ligne.evenements == (livraison.acte_id, juste.evenement)


def test_fac_9_un_incident_redate_dit_pourquoi_plus_rien_n_est_du() -> None:
    """La clé d'un incident est un identifiant, sans être celui d'un acte."""
    f, incident = Faits(), str(UUID(int=14))
    acte = f.intervention(incident, date(2026, 9, 11), 60, cloture=True)
    (source,) = sources([acte, f.rectification(acte, a(date(2026, 9, 12)))])
    identite = Identite(incident, "SOUTIEN-HEURE", Nature.ACTE, date(2026, 9, 11), incident)
    assert raison(source, identite) == "Plus rien n'est dû : un acte est redaté au 2026-09-12."
