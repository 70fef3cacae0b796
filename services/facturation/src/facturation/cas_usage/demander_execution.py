"""Demander l'émission d'une période (FAC-6)."""

from dataclasses import dataclass
from uuid import UUID

from facturation.cas_usage.ports import Depots
from facturation.domaine.executions import Execution, Sort, exiger_jalons
from socle.noyau import Acte, Introuvable, Issue, Mois


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderExecution:
    """Émettre une période, pour tous les organismes ou pour un seul."""

    id: UUID
    periode: Mois
    organisme: str | None


async def demander_execution(
    commande: DemanderExecution, depots: Depots, acte: Acte
) -> Issue[Execution]:
    """Inscrit l'exécution; ses organismes se traitent ensuite, un à un.

    Lève `Conflit` si la période n'est pas tout entière reçue, `Introuvable` si l'organisme
    n'est pas connu.
    """
    exiger_jalons(commande.periode, await depots.jalons.recus())
    organismes = await depots.executions.organismes()
    if commande.organisme is not None:
        if commande.organisme not in organismes:
            raise Introuvable("Cet organisme n'existe pas.")
        organismes = [commande.organisme]
    execution = Execution(
        id=commande.id,
        periode=commande.periode,
        organisme=commande.organisme,
        demandee_le=acte.le,
        demandee_par=acte.acteur.sujet,
        sorts=tuple(Sort(organisme=organisme) for organisme in organismes),
    )
    await depots.executions.ajouter(execution)
    return Issue(execution)
