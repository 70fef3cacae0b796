"""Le vocabulaire que tout domaine partage; bibliothèque standard seulement."""

from noyau.acte import Acte, Acteur, Versionne
from noyau.argent import ZERO, Montant
from noyau.chronologie import Chronologie, Garde, Retrait, Version
from noyau.codes import (
    MOTIF_CODE,
    MOTIF_CODE_FICHE,
    MOTIF_CONDITION,
    MOTIF_ORGANISME,
    est_code_organisme,
    sujet_de,
)
from noyau.conservation import Conservation
from noyau.faits import Fait, Resultat
from noyau.francais import elider
from noyau.grilles import Tranche, tranche_atteinte
from noyau.histoire import ActeContredit, ActeNul, DitAutrement, Histoire, Rectification, nommer
from noyau.pli import AVANCE_TOLEREE, CYCLE, Pli, Rupture, a_la_seconde, ordre, rectifies
from noyau.predicats import (
    TOUJOURS,
    Comparaison,
    FaitNomme,
    Predicat,
    compatibles,
    nombre_de,
)
from noyau.refus import (
    Conflit,
    Interdit,
    Introuvable,
    Refus,
    TransitionImpossible,
    VersionPerimee,
)
from noyau.roles import ANNUAIRE, Annuaire, exiger_une_personne
from noyau.temps import (
    DERNIER_JOUR,
    PREMIER_JOUR,
    QUEBEC,
    Horloge,
    HorlogeFixe,
    InstantImpossible,
    InstantNaif,
    Mois,
    debut_du_jour,
    en_utc,
    exercice_de,
    instant_plausible,
    jour_de_quebec,
    mois_plus_tard,
)

__all__ = [
    "ANNUAIRE",
    "AVANCE_TOLEREE",
    "CYCLE",
    "DERNIER_JOUR",
    "MOTIF_CODE",
    "MOTIF_CODE_FICHE",
    "MOTIF_CONDITION",
    "MOTIF_ORGANISME",
    "PREMIER_JOUR",
    "QUEBEC",
    "TOUJOURS",
    "ZERO",
    "Acte",
    "ActeContredit",
    "ActeNul",
    "Acteur",
    "Annuaire",
    "Chronologie",
    "Comparaison",
    "Conflit",
    "Conservation",
    "DitAutrement",
    "Fait",
    "FaitNomme",
    "Garde",
    "Histoire",
    "Horloge",
    "HorlogeFixe",
    "InstantImpossible",
    "InstantNaif",
    "Interdit",
    "Introuvable",
    "Mois",
    "Montant",
    "Pli",
    "Predicat",
    "Rectification",
    "Refus",
    "Resultat",
    "Retrait",
    "Rupture",
    "Tranche",
    "TransitionImpossible",
    "Version",
    "VersionPerimee",
    "Versionne",
    "a_la_seconde",
    "compatibles",
    "debut_du_jour",
    "elider",
    "en_utc",
    "est_code_organisme",
    "exercice_de",
    "exiger_une_personne",
    "instant_plausible",
    "jour_de_quebec",
    "mois_plus_tard",
    "nombre_de",
    "nommer",
    "ordre",
    "rectifies",
    "sujet_de",
    "tranche_atteinte",
]
