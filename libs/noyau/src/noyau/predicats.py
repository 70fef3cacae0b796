"""Ce qu'une fiche dit d'un fait, et si un fait y répond : une petite grammaire fermée (CAT-9)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final, TypeAlias

FaitNomme: TypeAlias = str | bool | int | Decimal | None
"""La valeur d'un fait nommé; None : l'événement ne la dit pas."""

_DECRIT: Final = {"use_attribute_docstrings": True}
"""Dans un contrat, un champ se décrit comme ici."""
_NOMBRE: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparaison:
    """Un fait, et ce qu'on en exige : être parmi des codes, égaler une valeur, l'atteindre.

    Un fait absent, ou d'un code inconnu, ne répond à rien; sans exigence connue, rien n'y répond.
    """

    __pydantic_config__ = _DECRIT

    fait: str
    """Le fait nommé, un champ simple de l'événement."""
    parmi: tuple[str, ...] | None = None
    """Les codes dont il est; absent : non exigé."""
    egale: bool | str | None = None
    """Ce qu'il vaut; un nombre s'écrit en chiffres. Absent : non exigé."""
    au_moins: Decimal | None = None
    """Le nombre qu'il atteint; absent : non exigé."""

    def vraie(self, faits: Mapping[str, FaitNomme]) -> bool:
        """Vrai si le fait répond à tout ce qui est exigé."""
        valeur = faits.get(self.fait)
        if valeur is None:
            return False
        parmi, egale, au_moins = self.parmi, self.egale, self.au_moins
        if parmi is None and egale is None and au_moins is None:
            return False
        return (
            (parmi is None or (isinstance(valeur, str) and valeur in parmi))
            and (egale is None or _egal(valeur, egale))
            and (au_moins is None or _atteint(valeur, au_moins))
        )

    def admet(self, valeur: FaitNomme) -> bool:
        """Vrai si cette valeur du fait y répondrait."""
        return self.vraie({self.fait: valeur})


@dataclass(frozen=True, slots=True)
class Predicat:
    """Vrai si toutes les comparaisons d'une des alternatives le sont (« un » de « tous »)."""

    __pydantic_config__ = _DECRIT

    un: tuple[tuple[Comparaison, ...], ...]
    """Les alternatives, chacune une liste de comparaisons qui doivent toutes être vraies."""

    def vrai(self, faits: Mapping[str, FaitNomme]) -> bool:
        """Vrai si ces faits nommés répondent."""
        # Des boucles plutôt que des générateurs : une mesure en éprouve des dizaines.
        for tous in self.un:
            for comparaison in tous:
                if not comparaison.vraie(faits):
                    break
            else:
                return True
        return False

    @property
    def comparaisons(self) -> Iterator[Comparaison]:
        """Toutes, dans l'ordre où elles sont écrites."""
        return (c for tous in self.un for c in tous)

    @property
    def faits(self) -> tuple[str, ...]:
        """Les faits qu'il nomme, chacun une fois."""
        return tuple(dict.fromkeys(c.fait for c in self.comparaisons))


TOUJOURS: Final = Predicat(((),))
"""Ce à quoi tout fait répond."""


def compatibles(un: Predicat, autre: Predicat) -> bool:
    """Vrai si un même fait peut répondre aux deux."""
    return any(_possible((*a, *b)) for a, b in product(un.un, autre.un))


def _possible(ensemble: tuple[Comparaison, ...]) -> bool:
    """Vrai si quelque valeur de chaque fait nommé satisfait toutes ses comparaisons."""
    par_fait: dict[str, list[Comparaison]] = {}
    for comparaison in ensemble:
        par_fait.setdefault(comparaison.fait, []).append(comparaison)
    return all(map(_satisfiables, par_fait.values()))


def _satisfiables(siennes: list[Comparaison]) -> bool:
    """Vrai si une même valeur d'un fait satisfait ces comparaisons."""
    citees: set[str | bool] | None = None
    for c in siennes:
        for dites in (c.parmi, None if c.egale is None else (c.egale,)):
            if dites is not None:
                citees = set(dites) if citees is None else citees.intersection(dites)
    if citees is not None:
        return any(all(c.admet(valeur) for c in siennes) for valeur in citees)
    # Des seuls planchers, le plus haut convient à tous.
    plus_haut = max((c.au_moins for c in siennes if c.au_moins is not None), default=None)
    return all(c.admet(plus_haut) for c in siennes)


def nombre_de(valeur: FaitNomme) -> Decimal | None:
    """Le nombre que dit un fait, écrit en chiffres s'il vient du JSON; None s'il n'en dit pas."""
    if isinstance(valeur, bool) or valeur is None:
        return None
    if isinstance(valeur, str):
        return Decimal(valeur) if _NOMBRE.fullmatch(valeur) else None
    return Decimal(valeur)


def _atteint(valeur: FaitNomme, plancher: Decimal) -> bool:
    nombre = nombre_de(valeur)
    return nombre is not None and nombre >= plancher


def _egal(valeur: FaitNomme, attendue: bool | str | None) -> bool:
    """Un booléen n'égale qu'un booléen; un nombre égale le texte qui l'écrit."""
    if isinstance(attendue, bool):
        return valeur is attendue
    if isinstance(valeur, bool | str):
        return valeur == attendue
    return nombre_de(valeur) == nombre_de(attendue)
