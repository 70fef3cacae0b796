"""Greffon pytest : annonce les moteurs, les prête aux essais, saute ce qui exige Kafka."""

from collections.abc import Iterator

import pytest

from outils.moteurs.ensemble import Moteurs, bus_demande, moteurs, presentation

CLE_CONTROLEUR = "workerinput"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Imprime la présentation, une fois, avant tout le reste."""
    if not hasattr(config, CLE_CONTROLEUR) and not config.option.collectonly:
        config.get_terminal_writer().line(presentation())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Saute les essais marqués `reel` quand le bus n'est pas un vrai Kafka."""
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
