"""Ce que l'aire écoute : les organismes que demandes inscrit et modifie."""

from contrats.demandes import OrganismeInscrit, OrganismeModifie
from courtier.organismes.cas_usage import synchroniser_organismes
from courtier.organismes.domaine import Organisme
from courtier.organismes.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _organisme(recu: Recu[OrganismeInscrit | OrganismeModifie]) -> Organisme:
    return Organisme(
        code=recu.evenement.organisme,
        nom=recu.evenement.nom,
        assujetti_rcti=recu.evenement.assujetti_rcti,
        sequence=recu.sequence,
    )


ECOUTES: Ecoutes = {
    OrganismeInscrit: Ecoute(_organisme, synchroniser_organismes, Ports, Ordre.STRICT),
    OrganismeModifie: Ecoute(_organisme, synchroniser_organismes, Ports, Ordre.STRICT),
}
