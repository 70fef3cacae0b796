"""Une version du calendrier → l'événement qui la publierait."""

import orjson

from calendrier import FONCTION_PUBLIQUE, VersionCalendrier
from contrats import catalogue as contrats


def evenement(version: VersionCalendrier) -> contrats.CalendrierPublie:
    """Ce que publier cette version dirait."""
    document = {"calendrier": FONCTION_PUBLIQUE, **version.vers_document()}
    return contrats.CalendrierPublie.model_validate_json(orjson.dumps(document))
