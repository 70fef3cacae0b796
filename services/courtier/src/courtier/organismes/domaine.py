"""Ce que le Courtier garde d'un organisme client et de ses mandats, appris de demandes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from noyau import ANNUAIRE, Acteur, Conflit, Interdit, Montant

CONTRAT_SPECIFIQUE = "contrat_specifique"
"""La famille de mandats qui permet de signer un contrat spécifique (DEM-8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactivite:
    """Un temps où l'organisme n'est plus client, sur `[debut, fin)`; sans fin, il dure."""

    debut: datetime
    fin: datetime | None = None

    def comprend(self, le: datetime) -> bool:
        return self.debut <= le and (self.fin is None or le < self.fin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisme:
    """Un organisme public; `sequence` est le rang, pour lui, du fait qui l'a décrit."""

    code: str
    nom: str
    neq: str | None = None
    """Dix chiffres; absent : demandes ne l'a pas dit (CI-18)."""
    assujetti_rcti: bool
    """Soumis à la règle du plus bas prix et à la publication au SEAO (CI-15, CI-18)."""
    inactivites: tuple[Inactivite, ...] = ()
    sequence: int

    def exiger_actif(self, le: datetime) -> None:
        """Lève `Conflit` (DEM-14) si l'organisme n'était pas client à cet instant."""
        if any(inactivite.comprend(le) for inactivite in self.inactivites):
            raise Conflit(f"L'organisme {self.code} n'est plus actif.", regle="DEM-14")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandat:
    """Une personne signe pour l'organisme sur `[debut, fin)`, dates de Québec (DEM-3, DEM-8)."""

    id: UUID
    organisme: str
    sujet: str
    familles: tuple[str, ...]
    """Ce que le mandat permet de signer."""
    plafond: Decimal | None
    """Le plus grand montant qu'il signe, en dollars avant taxes; absent : sans plafond."""
    debut: date
    fin: date | None
    sequence: int
    """Le rang, pour ce mandat, du fait qui l'a décrit."""

    def court(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour < self.fin)

    def permet(self, montant: Montant) -> bool:
        return self.plafond is None or montant.decimal <= self.plafond


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrait:
    """La fin dite d'un mandat; celle du plus haut rang vaut, que le mandat soit connu ou non."""

    mandat_id: UUID
    organisme: str
    fin: date
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """Une personne signe au nom d'un mandat sur `[debut, fin)`, dates de Québec (DEM-3)."""

    id: UUID
    mandat_id: UUID
    organisme: str
    sujet: str
    debut: date
    fin: date
    sequence: int

    def court(self, jour: date) -> bool:
        return self.debut <= jour < self.fin


FaitDeMandat: TypeAlias = Mandat | Retrait | Substitution
"""Ce que demandes dit d'un mandat."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Le mandat en vertu duquel on signe; la substitution, si on le fait au nom d'un autre."""

    mandat_id: UUID
    substitution_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Registre:
    """Les mandats d'un organisme, leur dernière fin dite, et leurs substitutions."""

    mandats: tuple[Mandat, ...] = ()
    substitutions: tuple[Substitution, ...] = ()

    def signature(self, acteur: Acteur, famille: str, montant: Montant, jour: date) -> Signature:
        """La signature de l'acteur pour ce montant, ce jour-là; un mandat propre l'emporte.

        Une substitution ne vaut que si le mandat court lui-même. Lève `Interdit` : une machine, ou
        une personne sans mandat de cette famille ce jour-là (DEM-3); un montant au-dessus du
        plafond de chacun de ses mandats (DEM-8).
        """
        if acteur.roles & ANNUAIRE.machines:
            raise Interdit("Une machine ne signe jamais.", regle="DEM-3")
        possibles = list(self._signatures(acteur.sujet, famille, jour))
        if not possibles:
            raise Interdit(
                "Cette personne n'a pas, au registre de l'organisme, de mandat pour cet acte"
                f" le {jour.isoformat()}.",
                regle="DEM-3",
                details={"famille": famille},
            )
        for signature, mandat in possibles:
            if mandat.permet(montant):
                return signature
        plafond = Montant.de(max(m.plafond for _, m in possibles if m.plafond is not None))
        raise Interdit(
            f"Le montant ({montant} $) dépasse le plafond du mandat ({plafond} $).",
            regle="DEM-8",
            details={"montant": str(montant), "plafond": str(plafond)},
        )

    def _signatures(
        self, sujet: str, famille: str, jour: date
    ) -> Iterator[tuple[Signature, Mandat]]:
        """Ce que cette personne peut signer ce jour-là : en son nom d'abord."""
        courants = [m for m in self.mandats if famille in m.familles and m.court(jour)]
        for mandat in courants:
            if mandat.sujet == sujet:
                yield Signature(mandat.id), mandat
        for substitution in self.substitutions:
            if substitution.sujet == sujet and substitution.court(jour):
                for mandat in courants:
                    if mandat.id == substitution.mandat_id:
                        yield Signature(mandat.id, substitution.id), mandat
