"""Ce qu'une quantité démesurée devient : une ligne qui attend, avec sa raison (FAC-9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Calcul
from facturation.creances.domaine.faits import FaitRecu, sources
from facturation.tarification.adaptateurs.reference import lire_bornes
from facturation.tarification.domaine.bornes import Bornes, BornesDuJour
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import SEPTEMBRE

JOUR = date(2026, 9, 9)


def _calcul(fait: FaitRecu, bornes: Bornes | None = None) -> Calcul:
    t = replace(l.catalogue(), bornes=bornes or lire_bornes())
    return calculer(sources([fait]), t, SEPTEMBRE)


@pytest.mark.parametrize(
    ("permis", "dit"),
    [
        (l.travail(JOUR, "AMENAGEMENT-BUR", 10_080), "10\u00a0081 minutes"),
        (l.prestation(JOUR, "enregistrement", minutes=10_080), "10\u00a0081 unités"),
        (l.saisie(JOUR, "TRAVAUX", "250000.00"), "250\u00a0001 $"),
    ],
)
def test_fac_9_au_dela_de_sa_borne_une_quantite_attend(permis: FaitRecu, dit: str) -> None:
    """Sept jours entiers dans un acte se facturent; une minute de plus attend."""
    assert len(_calcul(permis).creances) == 1
    faits = dict(permis.faits)
    compte = "montant" if "montant" in faits else "minutes"
    trop = replace(permis, faits={**faits, compte: str(int(float(str(faits[compte]))) + 1)})
    calcul = _calcul(trop)
    (attente,) = calcul.attentes
    assert not calcul.creances
    assert attente.motif.endswith(f"compterait {dit} : à vérifier.")


def test_fac_9_une_mesure_negative_attend() -> None:
    calcul = _calcul(l.saisie(JOUR, "TRAVAUX", "-12.00"))
    assert (calcul.creances, len(calcul.attentes)) == ((), 1)


def test_fac_9_un_tarif_a_sa_borne_et_chaque_borne_son_premier_jour() -> None:
    serree = BornesDuJour({"duree": Decimal(60)}, {"AMENAGEMENT-BUR": Decimal(30)})
    bornes = Bornes.de({date(2026, 9, 10): serree})
    avant = l.travail(JOUR, "AMENAGEMENT-BUR", 50_000)
    assert len(_calcul(avant, bornes).creances) == 1
    le_10 = date(2026, 9, 10)
    assert len(_calcul(l.travail(le_10, "AMENAGEMENT-BUR", 31), bornes).attentes) == 1
    assert len(_calcul(l.travail(le_10, "AMENAGEMENT-INFRA", 31), bornes).creances) == 1
