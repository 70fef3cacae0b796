"""La tâche qui compte les minutes."""

from datetime import timedelta

from noyau import jour_de_quebec
from sla.disponibilites.adaptateurs import vues
from sla.disponibilites.cas_usage.comptes import CompterMois, compter_mois
from sla.disponibilites.ports import Ports
from socle.identifiants import uuid7
from socle.service import Contexte, Tache


async def compter(contexte: Contexte) -> int:
    """Compte un lot de mois : ceux qu'un acte a marqués, et le jour qui vient de finir (SLA-5)."""
    # Une clé neuve par lot : recompter un mois ne change rien.
    cle = str(uuid7())
    return await contexte.executer("minutes", Ports, compter_mois, CompterMois(), cle=cle) or 0


async def _guetter(contexte: Contexte) -> bool:
    hier = jour_de_quebec(contexte.horloge()) - timedelta(days=1)
    return await contexte.lire(vues.mois_restants(hier))


MINUTES = Tache("minutes", 1.0, compter, _guetter)
