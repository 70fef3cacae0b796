"""L'organisme tel que la facture le nomme."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Un état du fichier client (DEM-8); non taxable, l'organisme est exonéré (FAC-10).

    `sequence` croît d'un état au suivant.
    """

    organisme: str
    sequence: int
    nom: str
    adresse: str
    interlocuteur: str | None
    courriel: str | None
    taxable: bool
