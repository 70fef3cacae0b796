"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.soutien.domaine import (
    TARIF,
    AbonnementResilie,
    AbonnementSouscrit,
    InterventionEffectuee,
)
from socle.bd.conversion import colonnes
from socle.envoi.evenements import publications

FaitSoutien = AbonnementSouscrit | AbonnementResilie | InterventionEffectuee


def traduire(fait: FaitSoutien) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case AbonnementSouscrit(abonnement=abonnement):
            return contrats.AbonnementSouscrit(
                organisme=abonnement.organisme,
                abonnement_id=abonnement.id,
                tarif=TARIF,
                debut=abonnement.debut,
            )
        case AbonnementResilie(abonnement=abonnement, fin=fin):
            return contrats.AbonnementResilie(
                organisme=abonnement.organisme, abonnement_id=abonnement.id, fin=fin
            )
        case InterventionEffectuee(intervention=dite):
            return contrats.InterventionEffectuee(intervention_id=dite.id, **colonnes(dite))
        case _:
            assert_never(fait)


PUBLICATIONS = publications(FaitSoutien, traduire)
