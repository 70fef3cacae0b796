"""Le calendrier ouvrable de la fonction publique du Québec et ses décomptes (SLA-1, SLA-2)."""

from calendrier.calendrier import Calendrier, jours_changes
from calendrier.dates import date_longue, instant_long
from calendrier.decompte import (
    Charge,
    Decompte,
    Intervalle,
    Motif,
    Transition,
    decompter,
    echeance,
    echeance_projetee,
    jour_zero,
)
from calendrier.documents import (
    FONCTION_PUBLIQUE,
    calendrier_applique,
    calendrier_de,
    composer,
    lire_versions,
    version_depuis_document,
    version_publiee,
)
from calendrier.erreurs import (
    CalendrierAbsent,
    ErreurCalendrier,
    HistoireInvalide,
    JourHorsCalendrier,
    JourNonOuvrable,
    VersionInvalide,
)
from calendrier.feries import Ferie
from calendrier.plages import Plage
from calendrier.regles import ANNEE_MAX, ANNEE_MIN
from calendrier.temps import instant_de_quebec, microsecondes
from calendrier.versions import GenrePlage, VersionCalendrier, version_en_vigueur

__all__ = [
    "ANNEE_MAX",
    "ANNEE_MIN",
    "FONCTION_PUBLIQUE",
    "Calendrier",
    "CalendrierAbsent",
    "Charge",
    "Decompte",
    "ErreurCalendrier",
    "Ferie",
    "GenrePlage",
    "HistoireInvalide",
    "Intervalle",
    "JourHorsCalendrier",
    "JourNonOuvrable",
    "Motif",
    "Plage",
    "Transition",
    "VersionCalendrier",
    "VersionInvalide",
    "calendrier_applique",
    "calendrier_de",
    "composer",
    "date_longue",
    "decompter",
    "echeance",
    "echeance_projetee",
    "instant_de_quebec",
    "instant_long",
    "jour_zero",
    "jours_changes",
    "lire_versions",
    "microsecondes",
    "version_depuis_document",
    "version_en_vigueur",
    "version_publiee",
]
