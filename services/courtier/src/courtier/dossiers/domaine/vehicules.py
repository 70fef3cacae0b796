"""Qui doit passer par le Courtier : le décret 596-2020 oblige un organisme, à une date (CI-10)."""

from dataclasses import dataclass
from datetime import date

from courtier.pieces.domaine import Visa
from noyau import Chronologie, Conflit, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation596:
    """Ce que le Courtier dit d'un organisme, à compter d'un jour."""

    organisme: str
    rang: int
    oblige: bool
    depuis: date
    motif: str
    dite: Visa


@dataclass(frozen=True, slots=True)
class Decret596:
    """Tout ce qu'on en a dit, d'un organisme; d'un même jour, le dernier dit vaut."""

    dites: tuple[Obligation596, ...] = ()

    def oblige(self, jour: date) -> bool:
        """Vrai si le décret l'oblige ce jour-là; de ce qu'on n'en a pas dit, non."""
        datees = Chronologie.de(Version(d.rang, d.depuis, d.oblige) for d in self.dites)
        version = datees.en_vigueur(jour)
        return version is not None and version.valeur

    def exiger_libre(self, jour: date) -> None:
        """Lève `Conflit` (CI-10) si l'organisme ne peut prendre un autre véhicule."""
        if self.oblige(jour):
            raise Conflit(
                "Le décret 596-2020 oblige cet organisme à passer par le Courtier : son dossier ne"
                " finit pas par un autre véhicule.",
                regle="CI-10",
            )
