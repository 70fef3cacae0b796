"""La facturation tuée, puis reprise : la version courte de `--parties facturation`."""

import pytest

from facturation.emissions.entrees.taches import emettre
from outils.essais.greffon import Modeles
from tests.fautes import facturation as f
from tests.fautes.processus import eprouver
from tests.fautes.terrain_facturation import Semis

pytestmark = pytest.mark.integration


async def test_fac_6_une_emission_ou_une_decision_tuee_se_reprend_a_l_identique(
    modeles: Modeles,
) -> None:
    semis = await Semis.faire(modeles)
    for nom, ouvrage in semis.ouvrages.items():
        bilan = await eprouver(semis, ouvrage, points="avant_commit")
        assert bilan.points > 30, nom
        assert bilan.morts, nom
        assert (bilan.ecarts, bilan.ajouts) == ([], 0), nom
    bilan = await eprouver(semis, emettre, pas=97)
    assert (bilan.ecarts, bilan.ajouts) == ([], 0)


async def test_fac_6_trois_executions_a_la_fois_et_des_morts_n_en_font_qu_une(
    modeles: Modeles,
) -> None:
    bilan = await f.a_plusieurs(await Semis.faire(modeles), 1)
    assert bilan.morts
    assert (bilan.ecarts, bilan.ajouts) == ([], 0)


async def test_un_bus_arrete_ne_perd_ni_ne_double_aucun_fait_de_la_facturation(
    modeles: Modeles,
) -> None:
    bilan = await f.bus_arrete(await Semis.faire(modeles), 1)
    assert bilan.documents > 5
    assert bilan.ecarts == []


async def test_les_mutants_de_la_facturation_sont_attrapes(modeles: Modeles) -> None:
    semis = await Semis.faire(modeles)
    for nom in f.MUTANTS:
        assert await f.mutant_attrape(semis, nom), nom
