"""Le vocabulaire que tout domaine partage; bibliothèque standard seulement."""

from socle.noyau.acte import Acte, Acteur
from socle.noyau.argent import ZERO, Montant
from socle.noyau.faits import Fait, Issue
from socle.noyau.refus import (
    Conflit,
    Interdit,
    Introuvable,
    Refus,
    TransitionImpossible,
    VersionPerimee,
)
from socle.noyau.temps import (
    QUEBEC,
    Horloge,
    HorlogeFixe,
    Mois,
    debut_du_jour,
    en_utc,
    exercice_de,
    jour_de_quebec,
)

__all__ = [
    "QUEBEC",
    "ZERO",
    "Acte",
    "Acteur",
    "Conflit",
    "Fait",
    "Horloge",
    "HorlogeFixe",
    "Interdit",
    "Introuvable",
    "Issue",
    "Mois",
    "Montant",
    "Refus",
    "TransitionImpossible",
    "VersionPerimee",
    "debut_du_jour",
    "en_utc",
    "exercice_de",
    "jour_de_quebec",
]
