"""Ce qui a changé depuis le document mensuel précédent, tarif par tarif (FAC-9).

Deux documents suffisent, tels qu'ils furent émis : rien ne se recalcule. Chacun se plie ligne à
ligne, et n'est jamais tout entier en mémoire.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from facturation.creances.domaine.creances import Nature
from noyau import ZERO, Montant

_Prix: TypeAlias = frozenset[tuple[str | None, str | None]]
"""Des prix unitaires, chacun avec sa majoration."""


class Cause(StrEnum):
    """Pourquoi un document ne dit pas le même total que le précédent."""

    AJOUTS = "ajouts"
    FINS = "fins"
    PRIX = "prix"
    PRORATA = "prorata"
    ACTES = "actes"
    ACTES_PRECEDENTS = "actes_precedents"
    CORRECTIONS = "corrections"
    CORRECTIONS_PRECEDENTES = "corrections_precedentes"


@lru_cache(maxsize=4096)
def lire_montant(texte: str) -> Montant:
    """Le montant d'une ligne; les mêmes reviennent sans cesse."""
    return Montant.de(texte)


@lru_cache(maxsize=1024)
def _fraction(texte: str) -> Fraction:
    """Les mêmes quantités reviennent sans cesse : une seule en mémoire, lue une fois."""
    return Fraction(texte)


@lru_cache(maxsize=1024)
def _seul(unitaire: str | None, majoration: str | None) -> _Prix:
    return frozenset({(unitaire, majoration)})


@dataclass(slots=True)
class _Mois:
    """Ce qu'un document dit d'un abonnement pour sa propre période."""

    montant: Montant = ZERO
    quantite: Fraction = Fraction(0)
    prix: _Prix = frozenset()

    def ajouter(self, ligne: Mapping[str, Any]) -> None:
        self.montant += lire_montant(ligne["montant"])
        self.quantite += _fraction(ligne["quantite"])
        prix = _seul(ligne["prix_unitaire"], ligne["majoration"])
        self.prix = prix if self.prix <= prix else self.prix | prix

    def prorata(self, suivant: "_Mois") -> Montant:
        """Ce que changent les jours ou les unités, au prix d'ici."""
        if suivant.prix == self.prix or not self.quantite:
            return suivant.montant - self.montant
        unitaire = Fraction(self.montant.decimal) / self.quantite
        return Montant.de(unitaire * (suivant.quantite - self.quantite))


@dataclass(slots=True)
class Compte:
    """Combien de choses, et ce qu'elles font ($)."""

    nombre: int = 0
    montant: Montant = ZERO

    def ajouter(self, montant: Montant) -> None:
        self.nombre += 1
        self.montant += montant


_Comptes: TypeAlias = defaultdict[str, Compte]


@dataclass(slots=True)
class Pli:
    """Un document plié : ses abonnements par tarif et source, le reste par tarif."""

    total: Montant = ZERO
    libelles: dict[str, str] = field(default_factory=dict)
    abonnements: defaultdict[tuple[str, str], _Mois] = field(
        default_factory=lambda: defaultdict(_Mois)
    )
    actes: _Comptes = field(default_factory=lambda: defaultdict(Compte))
    corrections: _Comptes = field(default_factory=lambda: defaultdict(Compte))

    def ajouter(self, lignes: Iterable[Mapping[str, Any]]) -> None:
        """Plie ces lignes, telles qu'un document les porte."""
        for ligne in lignes:
            tarif, montant = ligne["tarif"], lire_montant(ligne["montant"])
            self.total += montant
            self.libelles.setdefault(tarif, ligne["libelle"])
            if ligne["regularisation"]:
                self.corrections[tarif].ajouter(montant)
            elif ligne["nature"] == Nature.ABONNEMENT:
                self.abonnements[tarif, ligne["source"]].ajouter(ligne)
            else:
                self.actes[tarif].ajouter(montant)


@dataclass(frozen=True, slots=True)
class Part:
    """Ce qu'une cause change : combien d'abonnements, d'actes ou de lignes, et la somme ($)."""

    cause: Cause
    nombre: int
    montant: Montant


@dataclass(frozen=True, slots=True)
class EcartDeTarif:
    """Ce qui a changé d'un tarif, cause par cause."""

    tarif: str
    libelle: str
    parts: tuple[Part, ...]

    @property
    def montant(self) -> Montant:
        return sum((part.montant for part in self.parts), ZERO)


@dataclass(frozen=True, slots=True)
class Ecarts:
    """D'un document au suivant : les parts somment exactement à la différence avant taxes."""

    avant: Montant
    maintenant: Montant
    tarifs: tuple[EcartDeTarif, ...]

    @property
    def montant(self) -> Montant:
        return self.maintenant - self.avant

    @property
    def parts(self) -> tuple[Part, ...]:
        """Par cause, tous tarifs ensemble."""
        comptes: defaultdict[Cause, list[Part]] = defaultdict(list)
        for tarif in self.tarifs:
            for part in tarif.parts:
                comptes[part.cause].append(part)
        return tuple(
            Part(
                cause,
                sum(part.nombre for part in comptes[cause]),
                sum((part.montant for part in comptes[cause]), ZERO),
            )
            for cause in Cause
            if cause in comptes
        )


def comparer(avant: Pli, maintenant: Pli) -> Ecarts:
    """Ce qui a changé d'un document au suivant; d'un premier document, l'autre est vide.

    Un abonnement des deux ne change que de prix, de jours ou d'unités : l'effet des jours se compte
    à l'ancien prix, celui du prix est le reste. Ce qui ne se répète pas d'un mois à l'autre (actes,
    corrections) se dit deux fois : ce qui vient, et ce qui n'y est plus.
    """
    comptes: defaultdict[tuple[str, Cause], Compte] = defaultdict(Compte)
    for cle in {**avant.abonnements, **maintenant.abonnements}:
        un, autre = avant.abonnements.get(cle), maintenant.abonnements.get(cle)
        for cause, montant in _causes(un, autre):
            comptes[cle[0], cause].ajouter(montant)
    for tarif, cause, compte in _uniques(avant, maintenant):
        comptes[tarif, cause] = compte
    par_tarif: defaultdict[str, list[Part]] = defaultdict(list)
    for tarif, cause in sorted(comptes, key=_place):
        compte = comptes[tarif, cause]
        par_tarif[tarif].append(Part(cause, compte.nombre, compte.montant))
    libelles = {**avant.libelles, **maintenant.libelles}
    tarifs = (EcartDeTarif(code, libelles[code], tuple(p)) for code, p in par_tarif.items())
    return Ecarts(avant.total, maintenant.total, tuple(tarifs))


_RANGS = {cause: rang for rang, cause in enumerate(Cause)}


def _place(cle: tuple[str, Cause]) -> tuple[str, int]:
    return cle[0], _RANGS[cle[1]]


def _causes(avant: _Mois | None, maintenant: _Mois | None) -> Iterator[tuple[Cause, Montant]]:
    """Ce qui a changé d'un abonnement; rien, s'il se paie comme avant."""
    if avant is None or maintenant is None:
        if maintenant is not None:
            yield Cause.AJOUTS, maintenant.montant
        elif avant is not None:
            yield Cause.FINS, -avant.montant
        return
    prorata = avant.prorata(maintenant)
    if prix := maintenant.montant - avant.montant - prorata:
        yield Cause.PRIX, prix
    if prorata:
        yield Cause.PRORATA, prorata


def _uniques(avant: Pli, maintenant: Pli) -> Iterator[tuple[str, Cause, Compte]]:
    for cause, comptes in (
        (Cause.ACTES, maintenant.actes),
        (Cause.CORRECTIONS, maintenant.corrections),
    ):
        for tarif, compte in comptes.items():
            yield tarif, cause, compte
    for cause, comptes in (
        (Cause.ACTES_PRECEDENTS, avant.actes),
        (Cause.CORRECTIONS_PRECEDENTES, avant.corrections),
    ):
        for tarif, compte in comptes.items():
            yield tarif, cause, Compte(compte.nombre, -compte.montant)
