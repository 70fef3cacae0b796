"""Comment un taux se publie : des données datées."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from noyau import Chronologie


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Ce qui vaut un jour."""

    peu_de_cas: int
    """En deçà, un taux porte un avertissement."""
    attente: timedelta
    """Ce qu'on laisse passer, un mois fini, avant de le fermer de soi-même."""

    def avertissement(self, mesurees: int) -> str | None:
        """Ce qu'il faut savoir avant de conclure d'un taux; None : rien."""
        if not 0 < mesurees < self.peu_de_cas:
            return None
        accord = "s" if mesurees > 1 else ""
        return (
            f"Peu de cas ({mesurees} mesure{accord}, moins de {self.peu_de_cas}) : ne concluez pas"
            " de ce seul taux."
        )


@dataclass(frozen=True, slots=True)
class Publications:
    """Ce qui vaut chaque jour. Se construit par `de`."""

    chronologie: Chronologie[Publication]

    @classmethod
    def de(cls, versions: Mapping[date, Publication]) -> "Publications":
        """Chaque version vaut de son jour au suivant.

        Lève `ValueError` si la première ne vaut pas depuis toujours.
        """
        publications = cls(Chronologie.par_jour(versions))
        publications.le(date(2000, 1, 1))
        return publications

    def le(self, jour: date) -> Publication:
        """Ce qui vaut ce jour-là; lève `ValueError` avant l'an 2000."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise ValueError(f"rien ne dit comment un taux se publie le {jour}")
        return version.valeur
