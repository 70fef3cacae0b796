"""Le calendrier livré, construit une fois."""

from datetime import date

import pytest

from calendrier import Calendrier, VersionCalendrier, lire_versions, version_en_vigueur


@pytest.fixture(scope="session")
def version() -> VersionCalendrier:
    return version_en_vigueur(lire_versions(), date(2015, 1, 1))


@pytest.fixture(scope="session")
def calendrier(version: VersionCalendrier) -> Calendrier:
    return Calendrier.depuis(version)
