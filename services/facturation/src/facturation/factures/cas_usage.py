"""Ce qu'on peut demander aux factures."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.faits import produits_livres
from facturation.factures.domaine.executions import (
    PRODUCTEURS,
    Apercu,
    EtatApercu,
    EtatTraitement,
    Execution,
    Traitement,
    exiger_jalons,
)
from facturation.factures.domaine.factures import FactureEmise, Situation, exercice_d_emission
from facturation.factures.ports import Ports
from noyau import Acte, Conflit, Introuvable, Mois, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderExecution:
    """Émettre une période, pour tous les organismes ou pour un seul."""

    id: UUID
    periode: Mois
    organisme: str | None


async def demander_execution(
    commande: DemanderExecution, ports: Ports, acte: Acte
) -> Resultat[Execution]:
    """Inscrit l'exécution; ses organismes se traitent ensuite, un à un (FAC-6).

    Lève `Conflit` si la période n'est pas tout entière reçue, `Introuvable` si l'organisme
    n'est pas connu.
    """
    exiger_jalons(commande.periode, await ports.executions.jalons(PRODUCTEURS))
    vises = await viser(commande.organisme, ports)
    execution = Execution(
        id=commande.id,
        periode=commande.periode,
        organisme=commande.organisme,
        demandee_le=acte.le,
        demandee_par=acte.acteur.sujet,
        traitements=tuple(Traitement(organisme=organisme) for organisme in vises),
    )
    await ports.executions.ajouter(execution)
    return Resultat(execution)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmettreFacture:
    """Un organisme d'une exécution, et la période à lui facturer."""

    execution_id: UUID
    organisme: str
    periode: Mois


async def emettre_facture(
    commande: EmettreFacture, ports: Ports, acte: Acte
) -> Resultat[Traitement]:
    """Calcule, fige, numérote; déjà émise, ou sans ligne, ne fait rien de plus (FAC-6, FAC-7).

    Lève `Conflit` si le fichier client manque ou si une période postérieure est déjà facturée; ou
    si les copies se refont : les jalons, relus après la situation, la disent alors partielle.
    """
    organisme, periode = commande.organisme, commande.periode
    client = await ports.clients.charger(organisme, verrouiller=True)
    situation = await _situation(client, ports)
    exiger_jalons(periode, await ports.executions.jalons(PRODUCTEURS))
    faits: list[FactureEmise] = []
    numero = situation.emises.get(periode)
    if numero is not None:
        etat, total = EtatTraitement.DEJA_EMISE, None
    elif (projet := situation.projeter(periode)).lignes:
        rang = await ports.factures.prochain_rang(exercice_d_emission(acte.le))
        facture, fait = projet.emettre(rang, acte.le)
        await ports.factures.ajouter(facture)
        faits.append(fait)
        etat, numero, total = EtatTraitement.EMISE, facture.numero, projet.totaux.total
    else:
        etat, total = EtatTraitement.SANS_LIGNE, None
    traitement = Traitement(organisme=organisme, etat=etat, numero=numero, total=total)
    await ports.executions.enregistrer(commande.execution_id, traitement)
    return Resultat(traitement, *faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class MettreDeCote:
    """L'organisme qu'une exécution n'a pu facturer, et pourquoi."""

    execution_id: UUID
    organisme: str
    raison: str


async def mettre_de_cote(commande: MettreDeCote, ports: Ports, _acte: Acte) -> Resultat[Traitement]:
    """Les autres organismes continuent; une nouvelle exécution reprendra celui-ci (FAC-6)."""
    traitement = Traitement(
        organisme=commande.organisme, etat=EtatTraitement.EN_ATTENTE, raison=commande.raison
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ApercevoirFacture:
    """Un organisme, et la période dont on voudrait voir la facture."""

    organisme: str
    periode: Mois


async def apercevoir_facture(commande: ApercevoirFacture, ports: Ports) -> Apercu:
    """Le même calcul que l'émission, sans rien verrouiller ni écrire (FAC-7)."""
    organisme = commande.organisme
    try:
        situation = await _situation(await ports.clients.charger(organisme), ports)
        numero = situation.emises.get(commande.periode)
        if numero is not None:
            return Apercu(organisme=organisme, etat="deja_emise", numero=numero)
        projet = situation.projeter(commande.periode)
    except Conflit as refus:
        return Apercu(organisme=organisme, etat="en_attente", raison=refus.message)
    etat: EtatApercu = "a_emettre" if projet.lignes else "sans_ligne"
    return Apercu(organisme=organisme, etat=etat, projet=projet)


async def _situation(client: Client, ports: Ports) -> Situation:
    sources = tuple(await ports.faits.de_l_organisme(client.organisme))
    return Situation(
        client=client,
        sources=sources,
        tarification=await ports.tarifications.charger(produits_livres(sources)),
        deja_facture=await ports.factures.deja_facture(client.organisme),
        emises=await ports.factures.numeros(client.organisme),
    )
