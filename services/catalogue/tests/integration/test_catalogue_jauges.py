"""CAT-1 : le nombre de produits par statut se surveille."""

import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.jauges import jauges_dites

pytestmark = pytest.mark.integration


async def test_cat_1_les_produits_par_statut(banc: MonterBanc) -> None:
    b = await banc("catalogue")
    assert (await jauges_dites(b))["sbg_catalogue_produits"] == {}
    await b.tache("chargement")
    dites = (await jauges_dites(b))["sbg_catalogue_produits"]
    assert dites["actif"] > 0
    assert dites.keys() <= {"actif", "plus_offert", "retire"}
