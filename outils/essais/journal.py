"""Lire ce que le journal dit, que les essais taisent d'ordinaire."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.testing import capture_logs


@contextmanager
def journal_lu() -> Iterator[list[MutableMapping[str, Any]]]:
    """Les lignes du journal, à mesure qu'elles s'écrivent."""
    tu = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        with capture_logs() as lignes:
            yield lignes
    finally:
        structlog.configure(wrapper_class=tu)
