"""Chaque chose d'une tâche se fait, même si l'une échoue; des lots se lisent l'un après l'autre."""

from collections.abc import Sequence

import pytest

from socle.service import chacun, par_lots

CHOSES = range(1, 8)


async def lot(apres: int | None) -> Sequence[int]:
    """Deux à la fois, après celle-là; ce qui a échoué y reste."""
    return [chose for chose in CHOSES if chose > (apres or 0)][:2]


async def toujours() -> bool:
    return True


async def test_des_lots_se_lisent_l_un_apres_l_autre_sans_y_revenir() -> None:
    assert [chose async for chose in par_lots(lot)] == list(CHOSES)


async def test_des_lots_qui_echouent_ne_cachent_pas_les_suivants() -> None:
    faites: list[int] = []

    async def faire(chose: int) -> None:
        if chose <= 5:
            raise ValueError(chose)
        faites.append(chose)

    with pytest.raises(ExceptionGroup) as leve:
        await chacun(par_lots(lot), faire, toujours, "Il en reste.")
    assert faites == [6, 7]
    assert (len(leve.value.exceptions), leve.value.message) == (5, "Il en reste.")


async def test_ce_qui_rend_faux_ne_se_compte_pas() -> None:
    async def paires(chose: int) -> bool:
        return chose % 2 == 0

    assert await chacun(par_lots(lot), paires, toujours) == 3
    assert await chacun([2, 3], paires, toujours) == 1


async def test_on_s_arrete_quand_il_ne_faut_plus_continuer() -> None:
    vues: list[int] = []

    async def faire(chose: int) -> None:
        vues.append(chose)

    async def deux() -> bool:
        return len(vues) < 2

    assert await chacun(par_lots(lot), faire, deux) == 2
    assert vues == [1, 2]
