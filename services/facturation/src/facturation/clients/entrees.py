"""Ce que les clients écoutent."""

from contrats import demandes
from facturation.clients.cas_usage import synchroniser_clients
from facturation.clients.domaine import Client, ProfilTaxes
from facturation.clients.ports import Ports
from socle.reception import Ecoute, Ecoutes, Recu


def _client(recu: Recu[demandes.OrganismeInscrit | demandes.OrganismeModifie]) -> Client:
    e = recu.evenement
    personne = e.destinataire
    return Client(
        organisme=e.organisme,
        sequence=recu.sequence,
        nom=e.nom,
        adresse=e.adresse,
        destinataire=personne.nom if personne else None,
        courriel=personne.courriel if personne else None,
        profils=tuple(ProfilTaxes(p.debut, p.taxable) for p in e.profils_taxes),
    )


_CLIENT = Ecoute(_client, synchroniser_clients, Ports)

ECOUTES: Ecoutes = {demandes.OrganismeInscrit: _CLIENT, demandes.OrganismeModifie: _CLIENT}
