"""Le cycle de vie DEM-4 par l'API, sur PostgreSQL."""

import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration


async def test_dem_4_du_brouillon_a_la_livraison(parcours: Parcours) -> None:
    brouillon = await parcours.creer(soumettre=False, articles=[{"produit": "PORTABLE-14"}])
    assert brouillon["etat"] == "brouillon"
    assert brouillon["numero"].startswith("D-2026-")
    assert await parcours.types() == []
