"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.clients.adaptateurs.conversion import ligne_d_organisme
from demandes.clients.domaine import OrganismeInscrit, OrganismeModifie
from socle.envoi.evenements import publications

FaitClients = OrganismeInscrit | OrganismeModifie


def traduire(fait: FaitClients) -> Evenement:
    """L'événement d'un fait : du fichier client, ce que le contrat en publie."""
    champs = ligne_d_organisme(fait.organisme)
    match fait:
        case OrganismeInscrit():
            return contrats.OrganismeInscrit.model_validate(champs, from_attributes=True)
        case OrganismeModifie():
            return contrats.OrganismeModifie.model_validate(champs, from_attributes=True)
        case _:
            assert_never(fait)


PUBLICATIONS = publications(FaitClients, traduire)
