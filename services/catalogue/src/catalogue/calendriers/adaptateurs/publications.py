"""Le fait d'un calendrier → son événement de contrat; il est public."""

from catalogue.calendriers.adaptateurs.conversion import evenement
from catalogue.calendriers.domaine import CalendrierPublie
from contrats import Evenement
from socle.envoi.evenements import publications

FaitCalendriers = CalendrierPublie


def traduire(fait: FaitCalendriers) -> Evenement:
    """L'événement d'un fait."""
    return evenement(fait.version)


PUBLICATIONS = publications(FaitCalendriers, traduire)
