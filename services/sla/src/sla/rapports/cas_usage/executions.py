"""Établir tous les rapports d'un mois, un à un; garder chacun sous son empreinte (SLA-9)."""

from dataclasses import dataclass
from uuid import UUID

from noyau import Acte, Conflit, Mois, Resultat, jour_de_quebec
from sla.rapports.cas_usage.rapports import Vise, etablir
from sla.rapports.domaine.executions import Execution
from sla.rapports.domaine.rapport import exiger_fini
from sla.rapports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderExecution:
    """Tous les rapports d'un mois : celui de tous, puis celui de chaque organisme."""

    id: UUID
    periode: Mois


async def demander_execution(
    commande: DemanderExecution, ports: Ports, acte: Acte
) -> Resultat[Execution]:
    """Inscrit l'exécution; ses rapports s'établissent ensuite, un par transaction.

    Lève `Conflit` si le mois n'est pas fini, ou si une exécution du mois n'est pas terminée.
    """
    exiger_fini(commande.periode, acte.le)
    deja = await ports.executions.inachevee(commande.periode)
    if deja is not None:
        raise Conflit(
            "Les rapports de ce mois s'établissent déjà : suivez cette exécution, ou reprenez-la.",
            regle="SLA-9",
            details={"execution_id": str(deja)},
        )
    execution = Execution(
        id=commande.id,
        periode=str(commande.periode),
        demandee_le=acte.le,
        demandee_par=acte.acteur.sujet,
    )
    await ports.executions.ajouter(execution, [None, *await ports.taux.organismes()])
    return Resultat(await ports.executions.charger(commande.id))


@dataclass(frozen=True, slots=True)
class ArreterExecution:
    """L'exécution dont ce qui reste doit attendre."""

    id: UUID


async def arreter_execution(
    commande: ArreterExecution, ports: Ports, acte: Acte
) -> Resultat[Execution]:
    """Les rapports établis le restent; les autres attendent une reprise.

    Lève `Introuvable`, ou `Conflit` si elle est terminée.
    """
    execution = (await ports.executions.charger(commande.id)).arreter(acte.le)
    await ports.executions.garder(execution)
    return Resultat(execution)


@dataclass(frozen=True, slots=True)
class ReprendreExecution:
    """L'exécution dont ce qui manque est à établir, mis de côté compris."""

    id: UUID


async def reprendre_execution(
    commande: ReprendreExecution, ports: Ports, _acte: Acte
) -> Resultat[Execution]:
    """N'établit que ce qui manque; de ce qui est établi, rien ne change. Lève `Introuvable`."""
    execution = (await ports.executions.charger(commande.id)).reprendre()
    await ports.executions.garder(execution)
    await ports.executions.remettre(commande.id)
    return Resultat(await ports.executions.charger(commande.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class EtablirRapport:
    """Un des rapports d'une exécution; sans organisme, celui de tous. `essais` : déjà échoués."""

    execution_id: UUID
    periode: str
    organisme: str | None
    essais: int


async def etablir_rapport(commande: EtablirRapport, ports: Ports, acte: Acte) -> Resultat[bool]:
    """Établit le rapport et le garde sous son empreinte; faux si l'exécution est arrêtée.

    Le même, déjà gardé, ne se garde pas deux fois. Lève ce que lève `etablir`.
    """
    if await ports.executions.est_arretee(commande.execution_id):
        return Resultat(valeur=False)
    vise = Vise(Mois.lire(commande.periode), commande.organisme)
    rapport = await etablir(vise, ports, le=acte.le)
    garde = ports.conservation.garder(rapport, jour_de_quebec(acte.le))
    empreinte = await ports.gardes.ajouter(garde)
    await ports.executions.etabli(commande.execution_id, commande.organisme, empreinte, acte.le)
    return Resultat(valeur=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EcarterRapport:
    """Le rapport qu'une exécution n'a pu établir, et pourquoi."""

    execution_id: UUID
    organisme: str | None
    raison: str


async def ecarter_rapport(commande: EcarterRapport, ports: Ports, acte: Acte) -> Resultat[None]:
    """Les autres rapports continuent; une reprise y revient."""
    await ports.executions.ecarter(
        commande.execution_id, commande.organisme, commande.raison, acte.le
    )
    return Resultat(None)


@dataclass(frozen=True, slots=True)
class PurgerRapports:
    """Ce dont la conservation est passée."""


async def purger_rapports(_commande: PurgerRapports, ports: Ports, acte: Acte) -> Resultat[int]:
    """Retire les rapports gardés au-delà de leur jour. Rend combien."""
    return Resultat(await ports.gardes.purger(jour_de_quebec(acte.le)))
