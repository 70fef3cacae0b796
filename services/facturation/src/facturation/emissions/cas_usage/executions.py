"""Demander une exécution, l'arrêter, la reprendre; mettre de côté un de ses organismes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from facturation.emissions.domaine.executions import (
    PRODUCTEURS,
    EtatTraitement,
    Traitement,
    exiger_recue,
)
from facturation.emissions.domaine.parcours import exiger_sans_saut
from facturation.emissions.domaine.suivi import Execution, Suivi, neuve
from facturation.emissions.ports import Ports
from noyau import Acte, Introuvable, Mois, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderExecution:
    """Émettre une période, pour tous les organismes ou pour un seul."""

    id: UUID
    periode: Mois
    organisme: str | None
    approuves_seulement: bool = False
    sautes: tuple[Mois, ...] = ()
    """Les mois qu'elle ferme sans les émettre (FAC-6)."""


async def demander_execution(
    commande: DemanderExecution, ports: Ports, acte: Acte
) -> Resultat[Suivi]:
    """Inscrit l'exécution; ses organismes se traitent ensuite, un à un (FAC-6).

    Lève `Conflit` si la période n'est pas tout entière reçue, ou si elle saute un mois sans le
    dire; `Introuvable` si l'organisme n'est pas connu.
    """
    exiger_recue(commande.periode, await ports.executions.jalons(PRODUCTEURS), acte.le)
    vises = await viser(commande.organisme, ports)
    parcours = await ports.executions.parcours(vises, commande.periode)
    exiger_sans_saut(parcours, commande.periode, commande.sautes)
    execution = Execution(
        id=commande.id,
        periode=commande.periode,
        organisme=commande.organisme,
        approuves_seulement=commande.approuves_seulement,
        sautes=commande.sautes,
        demandee_le=acte.le,
        demandee_par=acte.acteur.sujet,
    )
    suivi = neuve(execution, vises)
    await ports.executions.ajouter(suivi.execution, vises)
    return Resultat(suivi)


@dataclass(frozen=True, slots=True)
class ArreterExecution:
    """L'exécution dont ce qui reste doit attendre."""

    id: UUID


async def arreter_execution(
    commande: ArreterExecution, ports: Ports, acte: Acte
) -> Resultat[Suivi]:
    """Ce qui est émis le reste; dès que cet acte est commis, plus rien ne s'émet d'elle (FAC-6).

    Lève `Introuvable`, ou `Conflit` si elle est terminée.
    """
    execution = await ports.executions.charger(commande.id)
    await ports.executions.garder(execution.arreter(acte))
    return Resultat(await ports.executions.suivre(commande.id))


@dataclass(frozen=True, slots=True)
class ReprendreExecution:
    """L'exécution dont ce qui manque est à traiter, mis de côté compris."""

    id: UUID


async def reprendre_execution(
    commande: ReprendreExecution, ports: Ports, acte: Acte
) -> Resultat[Suivi]:
    """N'émet que ce qui manque : ce qui restait d'un arrêt, et ce qui fut mis de côté (FAC-6).

    Lève `Introuvable`.
    """
    execution = await ports.executions.charger(commande.id)
    remis = await ports.executions.remettre(commande.id)
    await ports.executions.garder(execution.reprendre(remis, acte))
    return Resultat(await ports.executions.suivre(commande.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class MettreDeCote:
    """L'organisme qu'une exécution n'a pu facturer, et pourquoi.

    `essais` : combien de calculs ont échoué; aucun, c'est un refus. `a_reprendre` : on en fera un
    autre, après les autres organismes.
    """

    execution_id: UUID
    organisme: str
    raison: str
    essais: int = 0
    tour: int = 0
    a_reprendre: bool = False


async def mettre_de_cote(commande: MettreDeCote, ports: Ports, acte: Acte) -> Resultat[Traitement]:
    """Les autres organismes continuent; une reprise, ou une autre exécution, y revient (FAC-6)."""
    traitement = Traitement(
        organisme=commande.organisme,
        etat=EtatTraitement.A_FAIRE if commande.a_reprendre else EtatTraitement.EN_ATTENTE,
        raison=commande.raison,
        essais=commande.essais,
        tour=commande.tour,
        traite_le=None if commande.a_reprendre else acte.le,
    )
    await ports.executions.enregistrer(commande.execution_id, traitement)
    return Resultat(traitement)


async def viser(organisme: str | None, ports: Ports) -> Sequence[str]:
    """Les organismes d'une exécution : celui qui est nommé, sinon tous ceux que l'on connaît.

    On en connaît un par un fait ou par son fichier client. Lève `Introuvable`.
    """
    connus = sorted({*await ports.clients.organismes(), *await ports.faits.organismes()})
    if organisme is None:
        return connus
    if organisme not in connus:
        raise Introuvable("Cet organisme n'existe pas.")
    return [organisme]
