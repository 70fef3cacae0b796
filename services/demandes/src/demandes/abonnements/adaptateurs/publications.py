"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.abonnements.domaine import (
    AbonnementRectifie,
    AbonnementResilie,
    AbonnementSouscrit,
)
from socle.envoi.evenements import publications

FaitAbonnement = AbonnementSouscrit | AbonnementRectifie | AbonnementResilie


def traduire(fait: FaitAbonnement) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case AbonnementSouscrit():
            return _souscrit(fait)
        case AbonnementRectifie():
            return _rectifie(fait)
        case AbonnementResilie(abonnement=abonnement, fin=fin):
            return contrats.AbonnementResilie(
                organisme=abonnement.organisme, abonnement_id=abonnement.id, fin=fin
            )
        case _:
            assert_never(fait)


def _souscrit(fait: AbonnementSouscrit) -> contrats.AbonnementSouscrit:
    abonnement = fait.abonnement
    return contrats.AbonnementSouscrit(
        organisme=abonnement.organisme,
        abonnement_id=abonnement.id,
        service=abonnement.service.value,
        demande_id=abonnement.demande_id,
        site=abonnement.site,
        debut=abonnement.debut,
        imputation=abonnement.imputation,
    )


def _rectifie(fait: AbonnementRectifie) -> contrats.ActeRectifie:
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


PUBLICATIONS = publications(FaitAbonnement, traduire)
