"""Ce qu'une personne décide seule, et jusqu'où elle remonte : des données datées."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from noyau import Chronologie, Conflit, Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Seuil:
    """Ce qui vaut un jour. Au-delà de `seul` ($), une seconde personne confirme."""

    seul: Montant
    fenetre: timedelta
    """Ce qui y fut posé seul s'ajoute (`Pose.comptes`) : un montant scindé n'y échappe pas."""
    anciennete: timedelta
    """Un fait plus ancien ne se saisit plus."""


@dataclass(frozen=True, slots=True)
class Seuils:
    """Les seuils de chaque jour. Se construit par `de`."""

    chronologie: Chronologie[Seuil]

    @classmethod
    def de(cls, versions: Mapping[date, Seuil]) -> "Seuils":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def le(self, jour: date) -> Seuil:
        """Ceux de ce jour; lève `Conflit` (FAC-13) si rien n'en est dit : nul ne décide alors."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(f"Aucun seuil de décision n'est connu le {jour}.", regle="FAC-13")
        return version.valeur
