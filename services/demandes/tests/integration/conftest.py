"""Les demandes des essais d'intégration, sur une vraie base."""

from collections.abc import Awaitable, Callable

import pytest

from outils.essais.banc import Banc
from services.demandes.tests.itsm import ANCIENNE, NEUVE, Itsm
from services.demandes.tests.parcours import Parcours


@pytest.fixture
async def parcours(banc: Callable[..., Awaitable[Banc]]) -> Parcours:
    return await Parcours.monter(await banc("demandes", itsm_secrets=f"{NEUVE}, {ANCIENNE}"))


@pytest.fixture
def itsm(parcours: Parcours) -> Itsm:
    return Itsm(parcours.banc.client())
