"""Les tâches des rapports : établir ceux qu'on attend, retirer ceux qui ont fait leur temps."""

import structlog

from noyau import Refus, jour_de_quebec
from sla.rapports.adaptateurs import vues
from sla.rapports.cas_usage import (
    EcarterRapport,
    EtablirRapport,
    PurgerRapports,
    ecarter_rapport,
    etablir_rapport,
    purger_rapports,
)
from sla.rapports.ports import Ports
from socle.bd.pannes import est_panne
from socle.execution.idempotence import ActeEnCours
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, guet

journal = structlog.get_logger()


async def etablir(contexte: Contexte) -> int:
    """Établit des rapports attendus, chacun dans sa transaction (SLA-9).

    Tuée, la tâche reprend à celui qui manque. Celui qui échoue est mis de côté avec sa raison, et
    les autres continuent; une panne se retente.
    """
    faits = 0
    for attendu in await contexte.lire(vues.a_etablir):
        await _etablir(contexte, attendu)
        faits += 1
        if not await contexte.prolonger():
            break
    return faits


async def _etablir(contexte: Contexte, attendu: EtablirRapport) -> None:
    try:
        await contexte.executer(
            "etablir_rapport", Ports, etablir_rapport, attendu, cle=_cle(attendu)
        )
    except ActeEnCours:
        raise
    except Refus as refus:
        await _ecarter(contexte, attendu, refus.message)
    except Exception as erreur:
        if est_panne(erreur):
            raise
        journal.exception("rapport.echec", organisme=attendu.organisme, periode=attendu.periode)
        raison = f"Le rapport n'a pu s'établir ({type(erreur).__name__}); voyez les journaux."
        await _ecarter(contexte, attendu, raison)


async def _ecarter(contexte: Contexte, attendu: EtablirRapport, raison: str) -> None:
    ecart = EcarterRapport(
        execution_id=attendu.execution_id, organisme=attendu.organisme, raison=raison
    )
    await contexte.executer("ecarter_rapport", Ports, ecarter_rapport, ecart, cle=_cle(attendu))


def _cle(attendu: EtablirRapport) -> str:
    """Celle de cet essai : une reprise n'est pas avalée."""
    return f"{attendu.execution_id}:{attendu.organisme or ''}:{attendu.essais}"


async def purger(contexte: Contexte) -> int:
    """Retire les rapports dont la conservation est passée (SLA-9)."""
    cle = str(uuid7())
    return (
        await contexte.executer(
            "purger_rapports", Ports, purger_rapports, PurgerRapports(), cle=cle
        )
        or 0
    )


async def _a_purger(contexte: Contexte) -> bool:
    return await contexte.lire(vues.a_purger(jour_de_quebec(contexte.horloge())))


RAPPORTS = Tache("rapports", 1.0, etablir, guet(vues.a_etablir))
PURGE = Tache("purge_rapports", 3600.0, purger, _a_purger)
