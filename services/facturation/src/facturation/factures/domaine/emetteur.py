"""Qui facture : comment le joindre, quand et comment le payer, à une date (FAC-6, FAC-17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from noyau import Chronologie, Conflit


@dataclass(frozen=True, slots=True)
class Inscriptions:
    """Les numéros d'inscription aux taxes; absent : pas encore communiqué."""

    tps: str | None = None
    tvq: str | None = None


SANS_INSCRIPTION = Inscriptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Emetteur:
    """Ce que le document dit de qui l'émet; `telephone` peut manquer."""

    nom: str
    service: str
    courriel: str
    telephone: str | None = None
    delai_jours: int
    """Les jours civils, de l'émission à l'échéance (FAC-17)."""
    modalites: str

    def echeance(self, emis_le: date) -> date:
        """Le dernier jour où payer à temps."""
        return emis_le + timedelta(days=self.delai_jours)


@dataclass(frozen=True, slots=True)
class Emetteurs:
    """L'émetteur de chaque jour. Se construit par `de`."""

    chronologie: Chronologie[Emetteur]

    @classmethod
    def de(cls, versions: Mapping[date, Emetteur]) -> "Emetteurs":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def le(self, jour: date) -> Emetteur:
        """L'émetteur de ce jour; lève `Conflit` (FAC-6) si rien n'en est dit."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(f"Qui facture le {jour} n'est pas connu.", regle="FAC-6")
        return version.valeur
