"""Ce que l'aire publie de ses faits."""

from contrats import demandes as contrats
from demandes.ententes.domaine import DateConvenue
from socle.envoi.evenements import publications


def traduire(fait: DateConvenue) -> contrats.DateConvenue:
    """L'événement d'un fait; une proposition reste interne."""
    entente = fait.entente
    return contrats.DateConvenue(
        organisme=entente.organisme,
        demande_id=entente.demande_id,
        date_convenue=entente.date_convenue,
    )


PUBLICATIONS = publications(DateConvenue, traduire)
