"""La tâche de l'aire : dire les incidents restés ouverts."""

import structlog

from demandes.soutien.adaptateurs import vues
from demandes.soutien.cas_usage import (
    SignalerIncidents,
    signaler_incidents,
)
from demandes.soutien.ports import Ports
from socle.identifiants import uuid7
from socle.service import Contexte, Tache

journal = structlog.get_logger()


async def signaler_les_incidents(contexte: Contexte) -> int:
    """Journalise, une fois chacun, les incidents restés ouverts : rien ne s'en facture (FAC-4)."""
    commande = SignalerIncidents()
    avant = contexte.horloge() - commande.patience
    if not await contexte.lire(vues.des_incidents_durent(avant)):
        return 0
    ouverts = await contexte.executer(
        "incidents-ouverts", Ports, signaler_incidents, commande, cle=str(uuid7())
    )
    for une in ouverts or ():
        journal.warning(
            "soutien.incident_ouvert", incident=str(une.incident_id), organisme=une.organisme
        )
    return len(ouverts or ())


TACHES = (Tache("incidents-ouverts", 300.0, signaler_les_incidents),)
