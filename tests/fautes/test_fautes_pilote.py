"""Le pilote semé, en petit : le produit tient; même graine, même trace."""

import pytest

from outils.essais.greffon import Modeles
from tests.fautes.pilote import Bilan, Programme, rejouees_autrement
from tests.fautes.terrain import Terrain

pytestmark = pytest.mark.integration


async def test_programmes_semes_rien_ne_se_perd(modeles: Modeles) -> None:
    bilan = Bilan()
    async with Terrain.ouvrir(modeles) as terrain:
        for graine in range(1, 41):
            bilan.ajouter(await Programme(terrain, graine).jouer())
    assert bilan.verdict.tenu, (bilan.verdict, bilan.graines_fautives)
    assert bilan.fuites == 0
    assert bilan.executions == 40
    assert bilan.points >= 10


async def test_meme_graine_meme_trace(modeles: Modeles) -> None:
    assert await rejouees_autrement(modeles, (3, 7, 11, 19)) == 0
