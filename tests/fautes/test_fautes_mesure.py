"""La mesure tuée ou devancée, puis reprise : la version courte de `--parties mesure`."""

import pytest

from outils.essais.greffon import Modeles
from tests.fautes import mesure as m
from tests.fautes.processus import eprouver
from tests.fautes.terrain_mesure import Semis, fermer

pytestmark = pytest.mark.integration
ESSAIS = 16


async def test_sla_7_une_fermeture_tuee_se_reprend_a_l_identique(modeles: Modeles) -> None:
    """Mêmes empreintes, une seule publication de chaque taux, rien à moitié écrit."""
    semis = await Semis.faire(modeles)
    bilan = await eprouver(semis, fermer, pas=7)
    assert bilan.points > 40
    assert bilan.morts > 10
    assert (bilan.ecarts, bilan.ajouts) == ([], 0)
    assert await m.mutants_manques(semis) == []


async def test_sla_7_un_recalcul_tue_entre_deux_lots_se_reprend_a_l_identique(
    modeles: Modeles,
) -> None:
    """Son rapport et son acceptation, puis son application."""
    semis = await Semis.faire(modeles, ferme=True)
    for nom, ouvrage in semis.ouvrages.items():
        bilan = await eprouver(semis, ouvrage, points="avant_commit", pas=3)
        assert bilan.morts >= 4, nom
        assert (bilan.ecarts, bilan.ajouts) == ([], 0), nom
    assert await m.mutants_manques(semis) == []


async def test_sla_7_un_fait_qui_arrive_pendant_la_fermeture_est_fige_ou_corrige(
    modeles: Modeles,
) -> None:
    """Jamais perdu, jamais les deux; sans son verrou, la fermeture en perd."""
    semis = await Semis.faire(modeles)
    course = await m.courir(semis, list(m.arrivees(semis)), ESSAIS)
    assert course.ecarts == []
    assert (course.essais, course.figes + course.corriges) == (ESSAIS, ESSAIS)
    assert course.figes
    assert course.corriges
    assert (await m.courir(semis, ["livraison"], ESSAIS, sans_verrou=True)).ecarts
