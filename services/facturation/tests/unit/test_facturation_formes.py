"""Ce que les formes de décompte ont en commun; leurs sommes sont dans les cas dorés."""

import pytest

from facturation.creances.domaine.calcul import DECOMPTES, calculer
from facturation.creances.domaine.faits import sources
from facturation.tarification.domaine.tarifs import Forme
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import SEPTEMBRE
from services.facturation.tests.dores import Cas, jour, verifier


def test_cat_9_chaque_forme_a_son_decompte() -> None:
    assert set(DECOMPTES) == set(Forme)


@pytest.mark.parametrize("portes", [("POSTE-01",), ("PRODUIT",)])
def test_fac_9_une_quantite_que_nul_n_a_attend_qu_on_la_verifie(portes: tuple[str]) -> None:
    """Faute de frappe ou faux : elle ne se facture pas sans qu'on la voie."""
    t = l.catalogue(portes=[portes])
    permise = l.livraison(jour(9), *portes, quantite=1_000_000)
    assert len(calculer(sources([permise]), t, SEPTEMBRE).creances) == 1
    rendu = calculer(sources([l.livraison(jour(9), *portes, quantite=1_000_001)]), t, SEPTEMBRE)
    assert not rendu.creances
    (attente,) = rendu.attentes
    assert attente.motif.endswith(" unités : à vérifier.")


def test_fac_9_le_calcul_d_un_enregistrement_s_ecrit() -> None:
    faits = sources([l.prestation(jour(9), "enregistrement", 150)])
    (creance,) = calculer(faits, l.catalogue(), SEPTEMBRE).creances
    assert creance.calcul.replace("\xa0", " ") == "85,00 $ + 3 × 15,00 $"


def test_fac_6_deux_prestations_d_un_jour_sont_deux_lignes() -> None:
    """Chacune une demi-heure; ensemble, 40 minutes n'en feraient que trois quarts."""
    faits = [l.prestation(jour(9), "formation", 20), l.prestation(jour(9), "formation", 20)]
    du = ("VISIO-FORM acte 2026-09-09", "90 × 0,50 h = 45,00")
    verifier(Cas(quoi="deux formations", faits=faits, du=(du, du)))
