"""Ce que partagent les essais du socle : une base du témoin où créer ses propres tables."""

from collections.abc import AsyncIterator

import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bd.moteur import DelaisBase, Moteur, ouvrir_moteur


@pytest.fixture
async def proprietaire(banc: MonterBanc) -> AsyncIterator[Moteur]:
    """Un moteur sous le rôle propriétaire d'une base neuve."""
    b = await banc(service())
    moteur = ouvrir_moteur(b.roles.dsn("migrer"), DelaisBase())
    yield moteur
    await moteur.fermer()
