"""Ce qu'une quantité démesurée devient : une ligne qui attend, avec sa raison (FAC-9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Attente, Calcul, Creance, Nature
from facturation.creances.domaine.faits import Ecartement, FaitRecu, sources
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


def test_fac_13_ecarter_retire_la_creance_visee_et_elle_seule() -> None:
    """Attente ou montant : l'identité visée n'est plus due, ses voisines le restent."""
    premier, second = l.travail(JOUR, "AMENAGEMENT-BUR", 60), l.contrat(JOUR, "240000")
    trop = l.travail(date(2026, 9, 10), "AMENAGEMENT-BUR", 50_000)
    faits = [premier, trop, second]
    t = replace(l.catalogue(), bornes=lire_bornes())
    avant = calculer(sources(faits), t, SEPTEMBRE)
    dus: list[Creance | Attente] = [*avant.creances, *avant.attentes]
    for vise in dus:
        i = vise.identite
        ecartement = Ecartement(
            organisme="MTQ", source=i.source, tarif=i.tarif, nature=i.nature, cle=i.cle
        )
        apres = calculer(sources(faits, ecartements=[ecartement]), t, SEPTEMBRE)
        restent: list[Creance | Attente] = [*apres.creances, *apres.attentes]
        assert {x.identite for x in restent} == {x.identite for x in dus} - {i}
        ailleurs = replace(ecartement, organisme="RAMQ")
        assert calculer(sources(faits, ecartements=[ailleurs]), t, SEPTEMBRE) == avant


def test_fac_13_ecarter_sans_tarif_vaut_de_tous() -> None:
    """On ne savait pas lequel serait dû : la fiche qui vient le dire n'y change rien."""
    fait = l.prestation(JOUR, "entretien", quantite=2)
    inconnu = Ecartement(
        organisme="MTQ", source=fait.source, tarif="", nature=Nature.ACTE, cle=str(fait.acte_id)
    )
    t = l.catalogue(l.comblee("ENTRETIEN", montant=Decimal(25)))
    assert len(calculer(sources([fait]), t, SEPTEMBRE).creances) == 1
    assert calculer(sources([fait], ecartements=[inconnu]), t, SEPTEMBRE).creances == ()
