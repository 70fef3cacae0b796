"""Ce qu'est une liste à la taille du MCN, qui la demande, et ce que leurs cas partagent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bench.taille.echelle import GROS, PETIT, TOUS

Demande: TypeAlias = Mapping[str, str]
"""Des paramètres de requête, par nom."""

SOI: Final = f"SELECT coalesce(nullif($1, ''), '{GROS}')"
"""Le sien; pour le MCN, le plus gros."""
SIENS: Final = "($1 = '' OR organisme = $1)"
INCONNU: Final = "01900000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Qui:
    """Celui qui demande."""

    nom: str
    organisme: str


QUI: Final = (Qui("petit", PETIT), Qui("gros", GROS), Qui("MCN", TOUS))


@dataclass(frozen=True, slots=True)
class Liste:
    """Une liste : son adresse, les colonnes de son curseur, ce qu'on lui demande."""

    chemin: str
    cles: tuple[str, ...] = ()
    """Vides : elle n'a jamais plus d'une page."""
    objet: str = ""
    """Ce qui remplit l'adresse."""
    demandes: Sequence[Demande] = ()
    """Sans compter celle qui ne filtre rien."""

    @property
    def toutes(self) -> Sequence[Demande]:
        """Ce qu'on lui demande, sans filtre d'abord."""
        return ({}, *self.demandes)
