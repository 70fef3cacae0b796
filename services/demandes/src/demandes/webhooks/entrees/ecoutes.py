"""Ce que l'aire écoute : tout, pour le relayer aux abonnés."""

from contrats import EVENEMENTS
from contrats.base import Evenement
from demandes.webhooks.cas_usage import deposer_envois
from demandes.webhooks.domaine import EnvoiADeposer
from demandes.webhooks.ports import Ports
from socle.bus.enveloppe import Enveloppe, structure
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _envoi(recu: Recu[Evenement]) -> EnvoiADeposer:
    evenement = recu.evenement
    enveloppe = Enveloppe(
        id=recu.id,
        type=evenement.TYPE,
        version=evenement.VERSION,
        survenu_le=recu.survenu_le,
        enregistre_le=recu.enregistre_le,
        sequence=recu.sequence,
        sujet=recu.sujet,
        cle=recu.cle,
    )
    return EnvoiADeposer(
        evenement_id=recu.id,
        type=evenement.TYPE,
        cle=recu.cle,
        organisme=getattr(evenement, "organisme", None),
        enregistre_le=recu.enregistre_le,
        corps=structure(enveloppe, evenement.model_dump(mode="json"), recu.trace),
    )


ECOUTES: Ecoutes = {
    classe: Ecoute(_envoi, deposer_envois, Ports, Ordre.LIBRE) for classe in EVENEMENTS.values()
}

TYPES_D_ORGANISME = frozenset(
    type_evenement for (type_evenement, _), c in EVENEMENTS.items() if "organisme" in c.model_fields
)
"""Les événements qui disent de quel organisme ils sont : seuls ceux-là vont à ses abonnés."""
