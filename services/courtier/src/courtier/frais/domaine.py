"""Ce que signer coûterait : les grilles en vigueur, ce qu'elles font devoir (CI-14, CI-20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from noyau import Chronologie, Montant, Retrait, Tranche, Version, tranche_atteinte

Grille = tuple[Tranche, ...]


@dataclass(frozen=True, slots=True)
class GrillesRecues:
    """Une version d'une fiche : les grilles qu'un contrat signé y fait devoir, s'il y en a."""

    fiche: str
    version: int
    debut: date
    grilles: tuple[Grille, ...]


@dataclass(frozen=True, slots=True)
class RetraitRecu:
    """Les versions d'une fiche de même début, jusqu'à celle-ci, ne vaudront pas."""

    fiche: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True)
class Frais:
    """Toutes les grilles connues; l'ordre d'arrivée n'y change rien."""

    versions: tuple[GrillesRecues, ...] = ()
    retraits: tuple[RetraitRecu, ...] = ()

    def estimer(self, montant: Montant, le: date) -> Montant | None:
        """Ce que la facturation compterait d'un contrat de ce montant, signé ce jour-là.

        Rien si nulle grille n'est en vigueur, ou si aucune n'atteint ce montant.
        """
        valeur = montant.decimal
        exigibles = [
            du for grille in self._en_vigueur(le) if (du := _du(grille, valeur)) is not None
        ]
        return Montant.de(sum(exigibles, Decimal(0))) if exigibles else None

    def _en_vigueur(self, le: date) -> Iterable[Grille]:
        for fiche in sorted({recue.fiche for recue in self.versions}):
            datees = Chronologie.de(
                (Version(v.version, v.debut, v.grilles) for v in self.versions if v.fiche == fiche),
                (Retrait(r.debut, r.version) for r in self.retraits if r.fiche == fiche),
            )
            valant = datees.en_vigueur(le)
            yield from valant.valeur if valant else ()


def _du(grille: Grille, valeur: Decimal) -> Decimal | None:
    tranche = tranche_atteinte(grille, valeur)
    return tranche.frais(valeur) if tranche else None
