"""Greffon pytest : annonce les moteurs, les prête aux essais, saute ce qui exige Kafka."""

from collections.abc import Iterator
from inspect import signature

import pytest

from outils.moteurs.ensemble import Moteurs, bus_demande, moteurs, presentation

CLE_CONTROLEUR = "workerinput"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Imprime la présentation, une fois, avant tout le reste."""
    if not hasattr(config, CLE_CONTROLEUR) and not config.option.collectonly:
        config.get_terminal_writer().line(presentation())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marque `bus` qui demande les moteurs eux-mêmes; saute `reel` si le bus n'est pas un Kafka.

    Un essai qui n'a qu'un banc n'ouvre jamais le bus : un vrai Kafka n'y changerait rien.
    """
    for essai in items:
        if isinstance(essai, pytest.Function) and "les_moteurs" in signature(essai.obj).parameters:
            essai.add_marker(pytest.mark.bus)
    if bus_demande() == "kafka":
        return
    saut = pytest.mark.skip(reason="exige un vrai Kafka : make test-reel")
    for essai in items:
        if essai.get_closest_marker("reel"):
            essai.add_marker(saut)


@pytest.fixture(scope="session")
def les_moteurs() -> Iterator[Moteurs]:
    """PostgreSQL et le bus, démarrés à la première demande (un jeu par processus xdist).

    Copier une base modèle coûtait, sur disque, quatre fois ce que fait l'essai moyen.
    """
    with moteurs(en_memoire=True) as adresses:
        yield adresses
