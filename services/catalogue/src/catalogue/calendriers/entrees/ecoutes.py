"""Ce que l'aire écoute de la mesure : les recalculs acceptés (SLA-7)."""

from catalogue.calendriers.cas_usage import synchroniser_recalculs
from catalogue.calendriers.domaine import RecalculAccepte
from catalogue.calendriers.ports import Ports
from contrats import sla as faits
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _recalcul(recu: Recu[faits.RecalculAccepte]) -> RecalculAccepte:
    accepte = recu.evenement
    return RecalculAccepte(
        accepte.recalcul_id, accepte.sorte, accepte.empreinte, accepte.calendriers
    )


ECOUTES: Ecoutes = {
    faits.RecalculAccepte: Ecoute(_recalcul, synchroniser_recalculs, Ports, Ordre.LIBRE),
}
