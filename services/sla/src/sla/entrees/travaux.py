"""Les travaux périodiques du rôle relais."""

from sla.adaptateurs import vues
from sla.cas_usage.ports import Depots
from sla.cas_usage.rejouer_mesures import RejouerMesures, rejouer_mesures
from socle.service import Monde, Travail
from socle.web import uuid7


async def achever_rejeux(monde: Monde[Depots]) -> int:
    """Rejoue un lot des demandes qu'une fiche ou un calendrier nouveau a marquées (SLA-3)."""
    if not await monde.lire(vues.rejeux_restants):
        return 0
    # Une clé neuve par lot : rejouer deux fois le même ne change rien.
    rejouees = await monde.executer("rejeu", rejouer_mesures, RejouerMesures(), cle=str(uuid7()))
    return rejouees or 0


TRAVAUX: tuple[Travail[Depots], ...] = (Travail("rejeu", 1.0, achever_rejeux),)
