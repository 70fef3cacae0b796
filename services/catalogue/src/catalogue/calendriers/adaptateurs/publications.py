"""Le fait d'un calendrier → son événement de contrat; il est public."""

import orjson

from calendrier import FONCTION_PUBLIQUE, VersionCalendrier
from catalogue.calendriers.domaine import CalendrierPublie
from contrats import Evenement
from contrats import catalogue as contrats
from socle.envoi.evenements import publications

FaitCalendriers = CalendrierPublie


def traduire(fait: FaitCalendriers) -> Evenement:
    """L'événement d'un fait."""
    return evenement(fait.version)


def evenement(version: VersionCalendrier) -> contrats.CalendrierPublie:
    """Ce que publier cette version dirait."""
    document = {"calendrier": FONCTION_PUBLIQUE, **version.vers_document()}
    return contrats.CalendrierPublie.model_validate_json(orjson.dumps(document))


PUBLICATIONS = publications(FaitCalendriers, traduire)
