"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.soutien.domaine import (
    Intervention,
    InterventionEffectuee,
    InterventionRectifiee,
)
from socle.envoi.evenements import publications

FaitSoutien = InterventionEffectuee | InterventionRectifiee


def traduire(fait: FaitSoutien) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case InterventionEffectuee(intervention=dite):
            return _effectuee(dite)
        case InterventionRectifiee(intervention=dite, juste=juste):
            return contrats.ActeRectifie(
                organisme=dite.organisme,
                agregat_id=dite.incident_id,
                acte_id=dite.acte_id,
                acte=_effectuee(dite).TYPE,
                survenu_le=juste,
                cause="rectification",
            )
        case _:
            assert_never(fait)


def _effectuee(dite: Intervention) -> contrats.InterventionEffectuee:
    return contrats.InterventionEffectuee(
        organisme=dite.organisme,
        incident_id=dite.incident_id,
        intervention_id=dite.id,
        debut=dite.debut,
        minutes=dite.minutes,
        deplacement=dite.deplacement,
        cloture=dite.cloture,
    )


PUBLICATIONS = publications(FaitSoutien, traduire)
