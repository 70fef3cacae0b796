"""Ce que le tableau du mois demande au monde."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from facturation.bord.domaine import Constat
from facturation.emissions.ports import Executions
from noyau import Mois


class Constats(Protocol):
    """Ce qui se compte dans toutes les aires."""

    async def de(self, periode: Mois, le: date) -> Sequence[Constat]:
        """Un constat par rubrique, dans leur ordre; chacun borné."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les relevés, et les jalons des émissions."""

    constats: Constats
    executions: Executions
