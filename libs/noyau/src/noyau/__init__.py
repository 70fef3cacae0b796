"""Le vocabulaire que tout domaine partage; bibliothèque standard seulement."""

from noyau.acte import Acte, Acteur, Versionne
from noyau.argent import ZERO, Montant
from noyau.chronologie import Chronologie, Version
from noyau.codes import MOTIF_ORGANISME, est_code_organisme, sujet_de
from noyau.faits import Fait, Resultat
from noyau.refus import (
    Conflit,
    Interdit,
    Introuvable,
    Refus,
    TransitionImpossible,
    VersionPerimee,
)
from noyau.roles import ANNUAIRE, Annuaire
from noyau.temps import (
    QUEBEC,
    Horloge,
    HorlogeFixe,
    InstantNaif,
    Mois,
    debut_du_jour,
    en_utc,
    exercice_de,
    jour_de_quebec,
)

__all__ = [
    "ANNUAIRE",
    "MOTIF_ORGANISME",
    "QUEBEC",
    "ZERO",
    "Acte",
    "Acteur",
    "Annuaire",
    "Chronologie",
    "Conflit",
    "Fait",
    "Horloge",
    "HorlogeFixe",
    "InstantNaif",
    "Interdit",
    "Introuvable",
    "Mois",
    "Montant",
    "Refus",
    "Resultat",
    "TransitionImpossible",
    "Version",
    "VersionPerimee",
    "Versionne",
    "debut_du_jour",
    "en_utc",
    "est_code_organisme",
    "exercice_de",
    "jour_de_quebec",
    "sujet_de",
]
