"""La tâche de l'aire : dire les actes en souffrance."""

import structlog

from demandes.itsm.adaptateurs import vues
from demandes.itsm.cas_usage import (
    SignalerDifferes,
    signaler_differes,
)
from demandes.itsm.ports import Ports
from socle.identifiants import uuid7
from socle.service import Contexte, Tache

journal = structlog.get_logger()


async def signaler_les_differes(contexte: Contexte) -> int:
    """Journalise, une fois chacun, les actes de l'ITSM en souffrance depuis trop longtemps."""
    commande = SignalerDifferes()
    avant = contexte.horloge() - commande.patience
    if not await contexte.lire(vues.des_differes_durent(avant)):
        return 0
    cle = str(uuid7())
    actes = await contexte.executer("actes-differes", Ports, signaler_differes, commande, cle=cle)
    for acte in actes or ():
        journal.warning(
            "itsm.acte_en_souffrance",
            demande=str(acte.demande_id),
            geste=acte.geste,
            sort=acte.sort,
        )
    return len(actes or ())


TACHES = (Tache("actes-differes", 60.0, signaler_les_differes),)
