"""Ce que les fiches attendent de la base, et des événements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from catalogue.fiches.domaine.annuaire import AnnuaireFaits
from catalogue.fiches.domaine.contenu import Tarif
from catalogue.fiches.domaine.fiche import Fiche, FichePubliee, FicheRetiree


@dataclass(frozen=True, slots=True)
class CodeReserve:
    """La fiche à qui est un code, et ce qu'il est, pour toujours."""

    fiche: str
    nature: str


class Fiches(Protocol):
    """Les fiches de service."""

    async def verrouiller(self) -> None:
        """Une seule publication à la fois, jusqu'à la fin de l'acte : les fiches se regardent."""
        ...

    async def lire(self) -> Mapping[str, Fiche]:
        """Toutes les fiches, par code."""
        ...

    async def reserves(self, codes: Collection[str]) -> Mapping[str, CodeReserve]:
        """Ce que sont ces codes, s'ils ont déjà paru, fût-ce dans une version retirée."""
        ...

    async def ajouter_version(self, fait: FichePubliee) -> None:
        """Écrit la version et réserve ses codes; celle de même début est gardée, remplacée."""
        ...

    async def retirer_version(self, fait: FicheRetiree) -> None:
        """Marque retirées la version et celles de même début qu'elle remplaçait."""
        ...


class Tarifs(Protocol):
    """Les tarifs des fiches, pour qui les nomme."""

    async def en_vigueur(self, codes: Collection[str], le: date) -> Mapping[str, Tarif]:
        """Ceux de ces tarifs qui valent ce jour-là ou plus tard, tels que dits en dernier."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des fiches."""

    fiches: Fiches
    annuaire: AnnuaireFaits
