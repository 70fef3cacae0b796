"""Les tâches périodiques du rôle relais."""

from sla.mesures.adaptateurs import vues
from sla.mesures.cas_usage import RejouerMesures, rejouer_mesures
from sla.mesures.ports import Ports
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, guet


async def achever_rejeux(contexte: Contexte) -> int:
    """Rejoue un lot des sujets qu'une fiche ou un calendrier nouveau a marqués (SLA-3)."""
    # Une clé neuve par lot : rejouer deux fois le même ne change rien.
    cle = str(uuid7())
    return await contexte.executer("rejeu", Ports, rejouer_mesures, RejouerMesures(), cle=cle) or 0


REJEU = Tache("rejeu", 1.0, achever_rejeux, guet(vues.rejeux_restants))
