"""Le Courtier des essais d'intégration, sur une vraie base."""

from collections.abc import Awaitable, Callable

import pytest

from outils.essais.banc import Banc
from services.courtier.tests.marche import Marche, accorder, mandat, organisme


@pytest.fixture
async def marche(banc: Callable[[str], Awaitable[Banc]]) -> Marche:
    monte = await banc("courtier")
    await monte.recevoir(organisme("MTQ"), organisme("SQ"), mandat("MTQ", "signataire-mtq"))
    await accorder(monte, "MTQ", "gestionnaire-mtq", "signataire-mtq")
    await accorder(monte, "SQ", "gestionnaire-sq")
    return Marche(
        banc=monte,
        courtier=monte.client("courtier", sujet="courtier-1"),
        gestionnaire=monte.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq"),
        signataire=monte.client("signataire", organisme="MTQ", sujet="signataire-mtq"),
    )
