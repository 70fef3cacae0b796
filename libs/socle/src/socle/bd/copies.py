"""La recette des copies locales : ce qu'un service garde des événements d'un autre.

Une copie est une table refaite depuis les sujets. Elle garde de chaque objet son état le plus
avancé (`rang`), ou toutes ses versions, qui ne changent jamais (sans `rang`). L'ordre d'arrivée et
les répétitions n'y changent rien.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert

from socle.bd.connexion import Connexion


@dataclass(frozen=True, slots=True)
class Copie:
    """Une table tenue par les événements; sa clé primaire dit l'objet."""

    table: Table
    rang: str | None = None
    """La colonne qui croît d'un état au suivant : numéro de séquence ou de version."""
    _ecrire: Insert = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ecrire", self._instruction())

    def _instruction(self) -> Insert:
        ajout = insert(self.table)
        if self.rang is None:
            return ajout.on_conflict_do_nothing()
        return ajout.on_conflict_do_update(
            index_elements=list(self.table.primary_key.columns),
            set_={c.name: ajout.excluded[c.name] for c in self.table.c if not c.primary_key},
            where=self.table.c[self.rang] <= ajout.excluded[self.rang],
        )

    async def synchroniser(self, connexion: Connexion, lignes: Sequence[Mapping[str, Any]]) -> None:
        """Tient compte de ces états (toutes colonnes), dans quelque ordre qu'ils arrivent."""
        derniers = {self._cle(ligne): ligne for ligne in sorted(lignes, key=self._rang)}
        if derniers:
            # Dans l'ordre des clés : deux lots qui se recoupent ne s'attendent pas l'un l'autre.
            valeurs = [dict(derniers[cle]) for cle in sorted(derniers, key=str)]
            await connexion.ecrire_lot(self._ecrire, valeurs)

    def _cle(self, ligne: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(ligne[c.name] for c in self.table.primary_key.columns)

    def _rang(self, ligne: Mapping[str, Any]) -> int:
        return 0 if self.rang is None else int(ligne[self.rang])
