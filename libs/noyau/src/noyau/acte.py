"""Qui agit, quand, et sur quelle version lue."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from noyau.refus import VersionPerimee


class Versionne(Protocol):
    """Un agrégat dont chaque changement avance la version de un."""

    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versionne)


@dataclass(frozen=True, slots=True)
class Acteur:
    """L'auteur d'un acte : le sujet du jeton, son organisme (aucun pour le MCN), ses rôles."""

    sujet: str
    organisme: str | None = None
    roles: frozenset[str] = frozenset()

    @property
    def est_mcn(self) -> bool:
        """Vrai pour le MCN et ses machines : leur jeton ne porte pas d'organisme."""
        return self.organisme is None


@dataclass(frozen=True, slots=True)
class Acte:
    """Un acte posé : son auteur et l'instant d'affaires (UTC) où il est enregistré.

    `versions_lues` sont celles que l'appelant accepte (If-Match); absentes, il n'en exige aucune.
    """

    acteur: Acteur
    le: datetime
    versions_lues: frozenset[int] | None = None
    _confrontes: list[object] = field(default_factory=list, init=False, repr=False, compare=False)

    def sur(self, objet: V) -> V:
        """L'objet chargé, tel que l'appelant l'a lu; lève `VersionPerimee` s'il a changé depuis."""
        self._confrontes.append(objet)
        if self.versions_lues is not None and objet.version not in self.versions_lues:
            raise VersionPerimee(
                "L'objet a changé depuis votre lecture.", details={"version": objet.version}
            )
        return objet

    def exiger_un_objet(self) -> None:
        """Lève `VersionPerimee` si l'appelant exige une version, et que rien n'y fut confronté."""
        if self.versions_lues is not None and not self._confrontes:
            raise VersionPerimee(
                "Cet acte ne porte sur aucun objet versionné : il ne se pose pas sous If-Match."
            )
