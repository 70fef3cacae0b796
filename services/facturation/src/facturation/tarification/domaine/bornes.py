"""Ce qu'une quantité peut valoir sans se vérifier; au-delà, elle attend, et ne se facture pas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from facturation.tarification.domaine.tarifs import Tarif
from noyau import Chronologie


@dataclass(frozen=True, slots=True)
class BornesDuJour:
    """La borne de chaque forme, et celle des tarifs qui ont la leur, dans l'unité qu'ils comptent.

    Des unités, des minutes, des dollars.
    """

    formes: Mapping[str, Decimal]
    tarifs: Mapping[str, Decimal]

    def de(self, tarif: Tarif) -> Decimal | None:
        """Celle du tarif, sinon de sa forme; aucune : tout lui est permis."""
        return self.tarifs.get(tarif.code, self.formes.get(tarif.quantite.forme))


@dataclass(frozen=True, slots=True)
class Bornes:
    """Les bornes de chaque jour. Se construit par `de`."""

    chronologie: Chronologie[BornesDuJour]

    @classmethod
    def de(cls, versions: Mapping[date, BornesDuJour]) -> "Bornes":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def de_tarif(self, tarif: Tarif, jour: date) -> Decimal | None:
        """Celle d'un tarif ce jour-là; avant toutes les versions, aucune."""
        version = self.chronologie.en_vigueur(jour)
        return version.valeur.de(tarif) if version else None


SANS_BORNE: Final = Bornes.de({})
