"""Ce que les fiches attendent de la base."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from catalogue.fiches.domaine import Fiche, FichePubliee, Source


class Fiches(Protocol):
    """Les fiches de service."""

    async def charger(self, code: str) -> Fiche:
        """La fiche, verrouillée jusqu'à la fin de l'acte; sans version si elle est nouvelle."""
        ...

    async def ajouter_version(self, fait: FichePubliee) -> None:
        """Écrit la version publiée; celle de même début, s'il y en a une, est gardée remplacée."""
        ...

    async def reserver(self, code: str, codes: Collection[str]) -> Mapping[str, str]:
        """Réserve à cette fiche les codes encore libres; rend la fiche à qui est chacun."""
        ...


class Tarifs(Protocol):
    """Les tarifs des fiches, pour qui les nomme."""

    async def sources(self, codes: Collection[str]) -> Mapping[str, Source]:
        """D'où vient le montant de chaque tarif connu, selon la dernière version de sa fiche."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des fiches."""

    fiches: Fiches
