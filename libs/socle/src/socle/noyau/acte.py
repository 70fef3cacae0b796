"""Qui agit, et quand."""

from dataclasses import dataclass
from datetime import datetime


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
    """Un acte posé : son auteur et l'instant d'affaires (UTC) où il est enregistré."""

    acteur: Acteur
    le: datetime
