"""Où en est une évaluation, annuelle ou de fin."""

from enum import StrEnum


class NatureEvaluation(StrEnum):
    """Quand l'évaluation se fait."""

    ANNUELLE = "annuelle"
    FIN = "fin"


class EtatEvaluation(StrEnum):
    """Où elle en est; du temps ne vient que ce que le silence a conclu, qu'une tâche inscrit."""

    DEMANDEE = "demandee"
    """Annuelle : le Courtier l'attend."""
    RENDUE = "rendue"
    """Annuelle : l'organisme a répondu."""
    ATTENDUE = "attendue"
    """De fin : son rapport est à faire."""
    NON_REQUISE = "non_requise"
    """De fin : l'organisme dit qu'elle n'est pas requise."""
    RAPPORTEE = "rapportee"
    COMMENTEE = "commentee"
    DECIDEE = "decidee"
    ACQUISE = "acquise"
    """De fin : le silence du dirigeant a conclu; elle est due au Courtier."""
    TRANSMISE = "transmise"
