"""L'organisme tel que la facture le nomme."""

from dataclasses import dataclass
from datetime import date

from noyau import Chronologie, Version


@dataclass(frozen=True, slots=True)
class ProfilTaxes:
    """Si l'organisme paie la TPS et la TVQ, à partir d'une date de Québec (FAC-15)."""

    debut: date
    taxable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Un état du fichier client (DEM-8).

    `sequence` croît d'un état au suivant. `destinataire` : qui reçoit la facture, à son courriel.
    """

    organisme: str
    sequence: int
    nom: str
    adresse: str
    destinataire: str | None
    courriel: str | None
    profils: tuple[ProfilTaxes, ...] = ()

    def taxable(self, le: date) -> bool:
        """Vrai si l'organisme paie les taxes ce jour-là; avant tout profil, exonéré (FAC-10)."""
        profils = (Version(rang, p.debut, p.taxable) for rang, p in enumerate(self.profils))
        profil = Chronologie.de(profils).en_vigueur(le)
        return profil is not None and profil.valeur
