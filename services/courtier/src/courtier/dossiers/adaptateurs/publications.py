"""Ce que les dossiers publient de leurs faits."""

from typing import assert_never

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.dossiers.domaine.faits import (
    ContactPris,
    DossierAvise,
    DossierClos,
    RencontreTenue,
)
from socle.envoi.evenements import publications

FaitDossier = ContactPris | RencontreTenue | DossierClos | DossierAvise


def traduire(fait: FaitDossier) -> Evenement:
    """L'événement d'un fait; tous se publient."""
    match fait:
        case ContactPris(dossier=dossier):
            return evenements.RencontreDemandee(dossier_id=dossier.id, organisme=dossier.organisme)
        case RencontreTenue(dossier=dossier):
            return evenements.RencontreTenue(dossier_id=dossier.id, organisme=dossier.organisme)
        case DossierClos():
            return evenements.DossierClos(
                dossier_id=fait.dossier_id,
                organisme=fait.organisme,
                issue=fait.issue,
                contrat_id=fait.contrat_id,
            )
        case DossierAvise():
            return evenements.DossierAvise(
                dossier_id=fait.dossier_id,
                organisme=fait.organisme,
                offre_id=fait.offre_id,
                nature=fait.nature,
                version=fait.version,
            )
        case _:
            assert_never(fait)


PUBLICATIONS = publications(FaitDossier, traduire)
