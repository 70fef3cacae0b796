"""Une ligne que rien ne ferait partir n'arrête ni les autres, ni la vérité des jalons."""

import pytest

from outils.essais.greffon import Modeles
from tests.fautes import ecartees
from tests.fautes.mutants import RelaisDUnBloc, RelaisImpatient
from tests.fautes.pilote import Pieces
from tests.fautes.terrain import Terrain

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("sorte", ecartees.SORTES)
async def test_une_ligne_impossible_s_ecarte_et_les_autres_partent(
    modeles: Modeles, sorte: str
) -> None:
    vue = await ecartees.eprouver(modeles, sorte)
    assert vue.tenu, vue


@pytest.mark.parametrize("sorte", ecartees.SORTES)
async def test_le_relais_d_un_bloc_est_attrape(modeles: Modeles, sorte: str) -> None:
    assert (await ecartees.eprouver(modeles, sorte, Pieces(relais=RelaisDUnBloc))).retenues


@pytest.mark.parametrize(("nom", "pieces", "manque"), ecartees.MUTANTS)
async def test_mutant_attrape(modeles: Modeles, nom: str, pieces: Pieces, manque: str) -> None:
    vue = await ecartees.eprouver(modeles, "taille, au bus", pieces)
    assert getattr(vue, manque), f"{nom} : {vue}"


async def test_une_panne_du_bus_n_ecarte_rien(modeles: Modeles) -> None:
    assert await ecartees.sous_panne(modeles) == 0
    assert await ecartees.sous_panne(modeles, Pieces(relais=RelaisImpatient)) > 0


async def test_un_sujet_absent_ne_retient_que_ses_lignes(modeles: Modeles) -> None:
    """Un sujet de rebuts que personne n'a créé : ses lignes attendent, rien ne s'écarte."""
    async with Terrain.ouvrir(modeles) as terrain:
        scene = ecartees.Scene(terrain, Pieces())
        await scene.ecrire()
        await terrain.proprietaire.execute(
            "UPDATE socle_outbox SET sujet = 'sbg.x.v1.dlq.y' WHERE cle = 'ORG-m'"
        )
        scene.bus.absents = {"sbg.x.v1.dlq.y"}
        relais = scene.relais()
        while await relais.tour():
            pass
        assert await terrain.compter("socle_ecartes") == 0
        assert await terrain.compter("socle_outbox") == 3
        erreurs = await terrain.lire(
            "SELECT derniere_erreur FROM socle_outbox WHERE tentatives > 0"
        )
        assert "sbg.x.v1.dlq.y" in erreurs[0]["derniere_erreur"]
        scene.bus.absents = set()
        assert await relais.tour() == 0, "pas avant le prochain essai"
        relais._fermes["sbg.x.v1.dlq.y"] = 0.0
        assert await relais.tour() == 3
