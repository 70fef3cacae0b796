"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.soutien.domaine import (
    SERVICE,
    AbonnementRectifie,
    AbonnementResilie,
    AbonnementSouscrit,
    Intervention,
    InterventionEffectuee,
    InterventionRectifiee,
)
from socle.envoi.evenements import publications

FaitSoutien = (
    AbonnementSouscrit
    | AbonnementRectifie
    | AbonnementResilie
    | InterventionEffectuee
    | InterventionRectifiee
)


def traduire(fait: FaitSoutien) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case AbonnementSouscrit():
            return _souscrit(fait)
        case AbonnementRectifie():
            return _abonnement_rectifie(fait)
        case AbonnementResilie(abonnement=abonnement, fin=fin):
            return contrats.AbonnementResilie(
                organisme=abonnement.organisme, abonnement_id=abonnement.id, fin=fin
            )
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


def _souscrit(fait: AbonnementSouscrit) -> contrats.AbonnementSouscrit:
    abonnement = fait.abonnement
    return contrats.AbonnementSouscrit(
        organisme=abonnement.organisme,
        abonnement_id=abonnement.id,
        service=SERVICE,
        debut=abonnement.debut,
        imputation=abonnement.imputation,
    )


def _abonnement_rectifie(fait: AbonnementRectifie) -> contrats.ActeRectifie:
    souscrit = fait.rectifie
    if souscrit.acte_id is None:
        raise ValueError("Une souscription a une identité.")
    return contrats.ActeRectifie(
        organisme=souscrit.abonnement.organisme,
        agregat_id=souscrit.abonnement.id,
        acte_id=souscrit.acte_id,
        acte=_souscrit(souscrit).TYPE,
        survenu_le=fait.juste,
        cause="derive",
    )


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
