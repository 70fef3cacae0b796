"""DEM-7, FAC-5 : un actif cédé cesse chez l'un, se paie au mois chez l'autre, et rien de plus."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import Appris, FaitRecu, Role, sources
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import Engagement, FraisUniques
from noyau import Mois
from services.facturation.tests.builders import TARIFS, Faits, au_meme, fiche, tarification

LE_12 = date(2026, 9, 12)
OCTOBRE = Mois(2026, 10)
MTQ, RAMQ = Faits("MTQ"), Faits("RAMQ")
"""Chacun numérote ses actes : deux faits n'ont jamais le même identifiant."""


def cede(jour: date, source: str = "p", produit: str = "BUREAU-STD") -> FaitRecu:
    fait = MTQ.fait("actif.cédé", source, jour, role=Role.FINIT, produit=produit)
    return replace(fait, transmet=True)


def recu(
    jour: date, source: str = "p", produit: str = "BUREAU-STD", depuis: date | None = None
) -> FaitRecu:
    fait = RAMQ.fait(
        "actif.reçu", source, jour, role=Role.COMMENCE, produit=produit, quantite=1,
        en_service_depuis=depuis.isoformat() if depuis else None,
    )  # fmt: skip
    return replace(fait, reprend=True)


def dus(
    faits: Iterable[Appris], tarifs: Tarification | None = None, jusqua: Mois = OCTOBRE
) -> set[tuple[str, str, str]]:
    """Tarif, jour et montant de chaque créance."""
    calcul = calculer(sources(faits), tarifs or tarification(), jusqua)
    assert calcul.attentes == ()
    return {(c.identite.tarif, str(c.identite.debut), str(c.montant)) for c in calcul.creances}


def engage(mois: int) -> Tarification:
    """Le poste s'engage pour autant de mois, et doit des frais à sa mise en service."""
    engagement = Engagement(mois=mois, reconduit=False)
    frais = FraisUniques(libelle="Mise en service", montant=Decimal(100))
    tarifs = au_meme(TARIFS, "POSTE-01", engagement=engagement, frais_uniques=frais)
    return tarification(fiche(tarifs=tarifs))


def test_dem_7_les_deux_organismes_paient_ensemble_le_mois_une_fois() -> None:
    livree = MTQ.livraison("p", date(2026, 9, 1))
    assert dus([livree, cede(LE_12)]) == {("POSTE-01", "2026-09-01", "53.90")}
    assert dus([recu(LE_12)]) == {
        ("POSTE-01", "2026-09-12", "93.10"),
        ("POSTE-01", "2026-10-01", "147.00"),
    }


def test_dem_7_ce_qui_vient_d_ailleurs_ne_se_rachete_pas() -> None:
    """Le produit et son installation sont déjà payés par qui l'a cédé."""
    achete = MTQ.livraison("x", date(2026, 9, 1), "LOGICIEL-X")
    avant = dus([achete])
    assert {tarif for tarif, _, _ in avant} == {"PRODUIT", "INSTALLATION"}
    assert dus([achete, cede(LE_12, "x", "LOGICIEL-X")]) == avant
    assert dus([recu(LE_12, "x", "LOGICIEL-X")]) == set()


def test_fac_1_les_frais_de_mise_en_service_ne_se_paient_qu_au_premier() -> None:
    livree = MTQ.livraison("p", date(2026, 9, 1))
    montants = {m for _, _, m in dus([livree], engage(12), Mois(2026, 9))}
    assert montants == {"147.00", "100.00"}
    assert dus([recu(LE_12)], engage(12), Mois(2026, 9)) == {("POSTE-01", "2026-09-12", "93.10")}


def test_fac_5_une_cession_transmet_l_engagement() -> None:
    """Rien à solder pour qui cède; qui reçoit en solde le reste, compté de la mise en service."""
    livree = MTQ.livraison("p", date(2026, 4, 1))
    tarifs = engage(12)
    septembre = Mois(2026, 9)
    cedees = dus([livree, cede(LE_12)], tarifs, septembre)
    assert ("POSTE-01", "2026-09-12", "0.00") not in cedees
    assert sum(Decimal(m) for _, _, m in cedees) == Decimal(147) * 5 + 100 + Decimal("53.90")
    rendu = RAMQ.recuperation("p", date(2026, 12, 1))
    recues = dus([recu(LE_12, depuis=date(2026, 4, 1)), rendu], tarifs, Mois(2026, 12))
    # Du 1er décembre au 1er avril : quatre mois.
    assert ("POSTE-01", "2026-12-01", "588.00") in recues


def test_dem_7_rendu_au_premier_l_actif_y_recommence() -> None:
    livree = MTQ.livraison("p", date(2026, 9, 1))
    retour = replace(recu(date(2026, 9, 20)), organisme="MTQ")
    assert dus([livree, cede(LE_12), retour], jusqua=Mois(2026, 9)) == {
        ("POSTE-01", "2026-09-01", "53.90"),
        ("POSTE-01", "2026-09-20", "53.90"),
    }


@pytest.mark.parametrize("ordre", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_dem_12_l_ordre_d_arrivee_n_y_change_rien(ordre: tuple[int, int, int]) -> None:
    faits = [
        MTQ.livraison("p", date(2026, 9, 1)),
        cede(LE_12),
        MTQ.recuperation("p", LE_12, heure=15),
    ]
    assert dus([faits[n] for n in ordre]) == {("POSTE-01", "2026-09-01", "53.90")}
