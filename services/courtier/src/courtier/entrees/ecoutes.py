"""Ce que le Courtier écoute : les organismes, dont il tient une copie."""

from contrats.demandes import OrganismeInscrit, OrganismeModifie
from courtier.cas_usage.retenir_organismes import retenir_organismes
from courtier.domaine.organismes import Organisme
from socle.bus import Ecoute, Ecoutes, Ordre, Recu


def _organisme(recu: Recu[OrganismeInscrit | OrganismeModifie]) -> Organisme:
    return Organisme(
        code=recu.evenement.organisme,
        nom=recu.evenement.nom,
        assujetti_rcti=recu.evenement.assujetti_rcti,
        sequence=recu.sequence,
    )


ECOUTES: Ecoutes = {
    OrganismeInscrit: Ecoute(traduire=_organisme, cas=retenir_organismes, ordre=Ordre.STRICT),
    OrganismeModifie: Ecoute(traduire=_organisme, cas=retenir_organismes, ordre=Ordre.STRICT),
}
