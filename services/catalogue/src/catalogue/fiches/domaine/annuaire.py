"""Ce que le domaine sait des événements pour juger une fiche : un argument, jamais un import."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

JOUR: Final = "jour"
"""Le fait que porte tout événement : la date de Québec où il prend effet."""


class Nature(StrEnum):
    """Ce que dit un fait nommé."""

    TEXTE = "texte"
    IDENTIFIANT = "identifiant"
    NOMBRE = "nombre"
    BOOLEEN = "booleen"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeConnu:
    """Un type d'événement : ses faits, ce qu'on en facture, ce qui le finit, ses sujets."""

    faits: Mapping[str, Nature]
    source: str | None = None
    """Le fait qui nomme ce qu'on en facture; aucun : rien ne s'en facture."""
    fini_par: tuple[str, ...] = ()
    sujets: frozenset[str] = frozenset()
    livre: bool = False
    """Vrai : la livraison d'un article d'une demande."""
    livre_un_actif: bool = False
    """Vrai : cette livraison nomme un produit, et peut donc en déclencher les tarifs."""
    perte: bool = False
    """Vrai : cette fin d'un actif peut valoir des mois dus (FAC-2)."""

    @property
    def facturable(self) -> bool:
        """Vrai si un tarif peut en être dû."""
        return self.source is not None


@dataclass(frozen=True, slots=True)
class AnnuaireFaits:
    """Les événements que quelqu'un publie, par type."""

    types: Mapping[str, TypeConnu]

    def de(self, type_: str | None) -> TypeConnu | None:
        """Ce type, s'il existe."""
        return None if type_ is None else self.types.get(type_)

    @property
    def livraison(self) -> TypeConnu:
        """Ce que toutes les livraisons d'actif ont en commun."""
        toutes = [t for t in self.types.values() if t.livre_un_actif]
        return TypeConnu(
            faits=dict(set.intersection(*(set(t.faits.items()) for t in toutes))),
            source=next(iter({t.source for t in toutes})),
            fini_par=tuple(sorted(set.intersection(*(set(t.fini_par) for t in toutes)))),
        )

    def se_perd(self, type_: TypeConnu) -> bool:
        """Vrai si une perte peut le finir."""
        return any(connu.perte for connu in map(self.de, type_.fini_par) if connu)

    def livrent(self, types: Iterable[str]) -> bool:
        """Vrai si tous sont des livraisons."""
        return all(connu is not None and connu.livre for connu in map(self.de, types))
