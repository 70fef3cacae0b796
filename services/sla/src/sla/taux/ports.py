"""Ce dont les taux ont besoin."""

from dataclasses import dataclass

from sla.fiches.ports import FichesConnues


@dataclass(frozen=True, slots=True)
class Ports:
    """Les fiches, qui disent ce qui s'attend."""

    fiches: FichesConnues
