"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.clients.domaine import Organisme, OrganismeInscrit, OrganismeModifie
from socle.envoi.evenements import publications

FaitClients = OrganismeInscrit | OrganismeModifie
_Classe = type[contrats.OrganismeInscrit] | type[contrats.OrganismeModifie]


def traduire(fait: FaitClients) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case OrganismeInscrit(organisme=organisme):
            return _organisme(contrats.OrganismeInscrit, organisme)
        case OrganismeModifie(organisme=organisme):
            return _organisme(contrats.OrganismeModifie, organisme)
        case _:
            assert_never(fait)


def _organisme(classe: _Classe, organisme: Organisme) -> Evenement:
    """Du fichier client, ce que le contrat en publie."""
    personne = organisme.interlocuteur
    return classe(
        organisme=organisme.code,
        nom=organisme.nom,
        adresse=organisme.adresse,
        interlocuteur=None
        if personne is None
        else contrats.Interlocuteur(nom=personne.nom, courriel=personne.courriel),
        assujetti_rcti=organisme.assujetti_rcti,
        taxable=organisme.taxable,
    )


PUBLICATIONS = publications(FaitClients, traduire)
