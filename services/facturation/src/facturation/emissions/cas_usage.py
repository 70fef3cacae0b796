"""Ce qu'on peut demander aux émissions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.abonnements import abonnements_de
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Visees
from facturation.emissions.domaine.executions import (
    PRODUCTEURS,
    Apercu,
    EtatApercu,
    EtatTraitement,
    Traitement,
    exiger_recue,
)
from facturation.emissions.domaine.suivi import ExecutionArretee, Suivi, nouvelle
from facturation.emissions.ports import Ports
from facturation.factures.domaine.documents import sceller
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from facturation.factures.domaine.factures import (
    DocumentEmis,
    Projet,
    Situation,
    exercice_d_emission,
    reunir,
)
from noyau import Acte, Conflit, Introuvable, Mois, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderExecution:
    """Émettre une période, pour tous les organismes ou pour un seul."""

    id: UUID
    periode: Mois
    organisme: str | None


async def demander_execution(
    commande: DemanderExecution, ports: Ports, acte: Acte
) -> Resultat[Suivi]:
    """Inscrit l'exécution; ses organismes se traitent ensuite, un à un (FAC-6).

    Lève `Conflit` si la période n'est pas tout entière reçue, `Introuvable` si l'organisme
    n'est pas connu.
    """
    exiger_recue(commande.periode, await ports.executions.jalons(PRODUCTEURS), acte.le)
    vises = await viser(commande.organisme, ports)
    suivi = nouvelle(commande.id, commande.periode, commande.organisme, vises, acte)
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
class EmettreFacture:
    """Un organisme d'une exécution, et la période à lui facturer."""

    execution_id: UUID
    organisme: str
    periode: Mois
    inscriptions: Inscriptions = SANS_INSCRIPTION
    essais: int = 0
    """Combien ont déjà échoué."""
    tour: int = 0
    """Combien de reprises l'ont remis à traiter."""


async def emettre_facture(
    commande: EmettreFacture, ports: Ports, acte: Acte
) -> Resultat[Traitement]:
    """Calcule, fige, numérote; déjà émise, ou sans ligne, ne fait rien de plus (FAC-6, FAC-7).

    Lève `Conflit` si le fichier client manque ou si une période postérieure est déjà facturée; ou
    si les copies se refont : les jalons, relus après la situation, la disent alors partielle.
    Lève `ExecutionArretee` : l'organisme reste à faire.
    """
    organisme, periode = commande.organisme, commande.periode
    await _exiger_en_cours(commande, ports)
    client = await ports.clients.charger(organisme, verrouiller=True)
    faits: list[DocumentEmis] = []
    numero = (await ports.factures.numeros(organisme)).get(periode)
    etat, total = EtatTraitement.DEJA_EMISE, None
    if numero is None:
        projet = await _projeter_et_suivre(client, periode, ports)
        exiger_recue(periode, await ports.executions.jalons(PRODUCTEURS), acte.le)
        # Tenue jusqu'au commit, et pas plus tôt : un arrêt n'attend pas la fin d'un calcul.
        await _exiger_en_cours(commande, ports, tenir=True)
        etat = EtatTraitement.SANS_LIGNE
        if projet.lignes:
            fait = await _ecrire(projet, commande.inscriptions, ports, acte)
            faits.append(fait)
            etat, numero, total = EtatTraitement.EMISE, fait.document.numero, projet.totaux.total
        await ports.touches.arreter(organisme, periode.fin, projet.a_suivre)
    traitement = Traitement(
        organisme=organisme,
        etat=etat,
        numero=numero,
        total=total,
        tour=commande.tour,
        traite_le=acte.le,
    )
    await ports.executions.enregistrer(commande.execution_id, traitement)
    return Resultat(traitement, *faits)


async def _exiger_en_cours(commande: EmettreFacture, ports: Ports, *, tenir: bool = False) -> None:
    if await ports.executions.est_arretee(commande.execution_id, tenir=tenir):
        raise ExecutionArretee("L'exécution est arrêtée; une reprise la continue.", regle="FAC-6")


async def _projeter_et_suivre(client: Client, periode: Mois, ports: Ports) -> Projet:
    """Le projet de l'émission; ce que la revue n'a pas encore tenu, elle n'y reviendra pas."""
    visees = await ports.touches.prendre(client.organisme)
    a_revoir = await ports.attentes.revue_demandee(client.organisme)
    projets: list[Projet] = []
    async for situation in ports.situations.de(client, visees):
        projets.append(await ports.a_l_ecart(situation.projeter, periode))
        if a_revoir:
            await _suivre_le_catalogue(situation, ports)
    return await ports.a_l_ecart(reunir, projets)


async def _suivre_le_catalogue(situation: Situation, ports: Ports) -> None:
    sources, tarification = situation.etendue.sources, situation.tarification
    courent = await ports.a_l_ecart(abonnements_de, sources, tarification)
    await ports.abonnements.remplacer([(s.organisme, s.nom) for s in sources], courent)


async def _ecrire(
    projet: Projet, inscriptions: Inscriptions, ports: Ports, acte: Acte
) -> DocumentEmis:
    """Numérote le document, le scelle et le garde."""
    rang = await ports.factures.prochain_rang(projet.nature, exercice_d_emission(acte.le))
    emetteur = ports.emetteurs.le(jour_de_quebec(acte.le))
    document, fait = projet.emettre(rang, acte.le, emetteur, inscriptions)
    scelle = await ports.a_l_ecart(sceller, document)
    await ports.factures.ajouter(document, scelle)
    return replace(fait, empreinte=scelle.empreinte)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ApercevoirFacture:
    """Un organisme, et la période dont on voudrait voir la facture."""

    organisme: str
    periode: Mois


async def apercevoir_facture(commande: ApercevoirFacture, ports: Ports) -> Apercu:
    """Le même calcul que l'émission, sans rien verrouiller ni écrire (FAC-7)."""
    organisme = commande.organisme
    try:
        client = await ports.clients.charger(organisme)
        numero = (await ports.factures.numeros(organisme)).get(commande.periode)
        if numero is not None:
            return Apercu(organisme=organisme, etat="deja_emise", numero=numero)
        visees = await ports.touches.etendue(organisme)
        projet = await _projeter(client, visees, commande.periode, ports)
    except Conflit as refus:
        return Apercu(organisme=organisme, etat="en_attente", raison=refus.message)
    etat: EtatApercu = "a_emettre" if projet.lignes else "sans_ligne"
    return Apercu(organisme=organisme, etat=etat, projet=projet)


async def _projeter(client: Client, visees: Visees, periode: Mois, ports: Ports) -> Projet:
    """Le projet de ces sources; leur calcul laisse répondre à d'autres."""
    projets = [
        await ports.a_l_ecart(situation.projeter, periode)
        async for situation in ports.situations.de(client, visees)
    ]
    return await ports.a_l_ecart(reunir, projets)


@dataclass(frozen=True, slots=True)
class VerifierFactures:
    """L'organisme dont on refait le calcul, et la période à voir; émise, la suivante."""

    organisme: str
    periode: Mois


async def verifier_factures(commande: VerifierFactures, ports: Ports) -> Sequence[Identite]:
    """Les créances où le recalcul entier et l'émission ne diraient pas la même chose (FAC-14).

    Le recalcul relit tous les faits; aucune : ce qui change suffit à dire ce qui est dû.
    """
    organisme = commande.organisme
    client = await ports.clients.charger(organisme)
    derniere = max(await ports.factures.numeros(organisme), default=None)
    periode = max(commande.periode, derniere.suivant) if derniere else commande.periode
    par_touche = await ports.touches.etendue(organisme)
    entier = Visees(tuple(await ports.faits.noms(organisme)))
    une, autre = [
        {(ligne.identite, ligne.montant) for ligne in projet.lignes}
        for projet in (
            await _projeter(client, par_touche, periode, ports),
            await _projeter(client, entier, periode, ports),
        )
    ]
    return sorted({identite for identite, _ in une ^ autre})
