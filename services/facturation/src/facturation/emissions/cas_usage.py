"""Ce qu'on peut demander aux émissions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.abonnements import abonnements_de
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Visees
from facturation.emissions.domaine.approbations import (
    Approbation,
    Horizon,
    exiger_distincts,
    exiger_vu,
)
from facturation.emissions.domaine.executions import (
    PRODUCTEURS,
    Apercu,
    EtatApercu,
    EtatTraitement,
    Execution,
    Traitement,
    exiger_recue,
)
from facturation.emissions.ports import Ports
from facturation.factures.domaine.documents import sceller
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from facturation.factures.domaine.factures import (
    DocumentEmis,
    Projet,
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
) -> Resultat[Execution]:
    """Inscrit l'exécution; ses organismes se traitent ensuite, un à un (FAC-6).

    Lève `Conflit` si la période n'est pas tout entière reçue, `Introuvable` si l'organisme
    n'est pas connu.
    """
    exiger_recue(commande.periode, await ports.executions.jalons(PRODUCTEURS), acte.le)
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
    inscriptions: Inscriptions = SANS_INSCRIPTION
    essais: int = 0
    """Combien ont déjà échoué."""


async def emettre_facture(
    commande: EmettreFacture, ports: Ports, acte: Acte
) -> Resultat[Traitement]:
    """Calcule, fige, numérote; déjà émise, ou sans ligne, ne fait rien de plus (FAC-6, FAC-7).

    Lève `Conflit` si le fichier client manque ou si une période postérieure est déjà facturée; ou
    si les copies se refont : les jalons, relus après la situation, la disent alors partielle.
    """
    organisme, periode = commande.organisme, commande.periode
    client = await ports.clients.charger(organisme, verrouiller=True)
    faits: list[DocumentEmis] = []
    numero = (await ports.factures.numeros(organisme)).get(periode)
    etat, total = EtatTraitement.DEJA_EMISE, None
    if numero is None:
        projet = await _projeter_pour_emettre(client, periode, ports)
        exiger_recue(periode, await ports.executions.jalons(PRODUCTEURS), acte.le)
        etat = EtatTraitement.SANS_LIGNE
        if projet.lignes:
            fait = await _ecrire(projet, commande.inscriptions, ports, acte)
            faits.append(fait)
            etat, numero, total = EtatTraitement.EMISE, fait.document.numero, projet.totaux.total
        await ports.touches.arreter(organisme, periode.fin, projet.a_suivre)
        # Ce que le catalogue a dit depuis l'horizon n'avait rien à toucher; voici que si.
        await ports.touches.retoucher(organisme, await ports.tarifications.appris_depuis())
    traitement = Traitement(organisme=organisme, etat=etat, numero=numero, total=total)
    await ports.executions.enregistrer(commande.execution_id, traitement)
    return Resultat(traitement, *faits)


async def _projeter_pour_emettre(client: Client, periode: Mois, ports: Ports) -> Projet:
    """Le projet de l'émission, à l'horizon de l'aperçu approuvé s'il y en a un (FAC-7).

    Ce que la revue n'a pas encore tenu, elle n'y reviendra pas. Lève `Conflit` si le calcul ne
    redonne pas l'aperçu.
    """
    approbation = await ports.approbations.qui_vaut(client.organisme, periode)
    if approbation is not None:
        await ports.horizons.lire_a(approbation.horizon.instantane)
        client = approbation.client
    visees = await ports.touches.prendre(client.organisme)
    if await ports.attentes.revue_demandee(client.organisme):
        await _suivre_le_catalogue(client, visees, approbation, ports)
    projet = await _projeter(client, visees, periode, ports)
    if approbation is not None:
        await ports.a_l_ecart(approbation.exiger_la_meme, projet)
    return projet


async def _suivre_le_catalogue(
    client: Client, visees: Visees, approbation: Approbation | None, ports: Ports
) -> None:
    """Les abonnements tenus suivent ce que l'on sait aujourd'hui, quel que soit l'horizon."""
    if approbation is not None:
        await ports.horizons.lire_a(None)
    async for situation in ports.situations.de(client, visees):
        sources, tarification = situation.etendue.sources, situation.tarification
        courent = await ports.a_l_ecart(abonnements_de, sources, tarification)
        await ports.abonnements.remplacer([(s.organisme, s.nom) for s in sources], courent)
    if approbation is not None:
        await ports.horizons.lire_a(approbation.horizon.instantane)


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
    a_reprendre: bool = False


async def mettre_de_cote(commande: MettreDeCote, ports: Ports, _acte: Acte) -> Resultat[Traitement]:
    """Les autres organismes continuent; une nouvelle exécution reprendra celui-ci (FAC-6)."""
    traitement = Traitement(
        organisme=commande.organisme,
        etat=EtatTraitement.A_FAIRE if commande.a_reprendre else EtatTraitement.EN_ATTENTE,
        raison=commande.raison,
        essais=commande.essais,
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
    """Le même calcul que l'émission, au même horizon, sans rien verrouiller ni écrire (FAC-7)."""
    organisme = commande.organisme
    try:
        client = await ports.clients.charger(organisme)
        numero = (await ports.factures.numeros(organisme)).get(commande.periode)
        if numero is not None:
            return Apercu(organisme=organisme, etat="deja_emise", numero=numero)
        approbation = await ports.approbations.qui_vaut(organisme, commande.periode)
        if approbation is not None:
            await ports.horizons.lire_a(approbation.horizon.instantane)
            client = approbation.client
        visees = await ports.touches.etendue(organisme)
        projet = await _projeter(client, visees, commande.periode, ports)
    except Conflit as refus:
        return Apercu(organisme=organisme, etat="en_attente", raison=refus.message)
    etat: EtatApercu = "a_emettre" if projet.lignes else "sans_ligne"
    suivie = approbation.id if approbation else None
    return Apercu(organisme=organisme, etat=etat, projet=projet, approbation=suivie)


async def _projeter(client: Client, visees: Visees, periode: Mois, ports: Ports) -> Projet:
    """Le projet de ces sources; leur calcul laisse répondre à d'autres."""
    projets = [
        await ports.a_l_ecart(situation.projeter, periode)
        async for situation in ports.situations.de(client, visees)
    ]
    return await ports.a_l_ecart(reunir, projets)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApercuVu:
    """L'aperçu que l'on a lu, par son empreinte; `id` : celui de son approbation."""

    id: UUID
    organisme: str
    empreinte: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprouverApercus:
    """Des aperçus d'une même période à approuver, chacun tel qu'on l'a lu."""

    periode: Mois
    vus: tuple[ApercuVu, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApercuTraite:
    """Ce qu'il est advenu d'un aperçu : approuvé, ou la raison du refus."""

    organisme: str
    approbation: Approbation | None = None
    raison: str | None = None


async def approuver_apercus(
    commande: ApprouverApercus, ports: Ports, acte: Acte
) -> Resultat[tuple[ApercuTraite, ...]]:
    """Fixe l'horizon de chaque aperçu; l'un refusé n'empêche pas les autres (FAC-7).

    Lève `Conflit` si la période n'est pas tout entière reçue, ou si le lot est mal formé.
    """
    exiger_distincts([vu.organisme for vu in commande.vus])
    jalons = await ports.executions.jalons(PRODUCTEURS)
    exiger_recue(commande.periode, jalons, acte.le)
    sorts: list[ApercuTraite] = []
    for vu in sorted(commande.vus, key=lambda v: v.organisme):
        try:
            approbation = await _approuver(vu, commande.periode, jalons, ports, acte)
            sorts.append(ApercuTraite(organisme=vu.organisme, approbation=approbation))
        except Conflit as refus:
            sorts.append(ApercuTraite(organisme=vu.organisme, raison=refus.message))
    return Resultat(tuple(sorts))


async def _approuver(
    vu: ApercuVu,
    periode: Mois,
    jalons: Mapping[str, datetime | None],
    ports: Ports,
    acte: Acte,
) -> Approbation:
    """L'aperçu se recalcule à l'horizon que l'on fixe : l'émission le refera de même."""
    client = await ports.clients.charger(vu.organisme, verrouiller=True)
    if await ports.approbations.qui_vaut(vu.organisme, periode) is not None:
        raise Conflit("L'aperçu de cette période est déjà approuvé.", regle="FAC-7")
    horizon = Horizon(instantane=await ports.horizons.present(), jalons=jalons)
    await ports.horizons.lire_a(horizon.instantane)
    visees = await ports.touches.etendue(vu.organisme)
    projet = await _projeter(client, visees, periode, ports)
    await ports.a_l_ecart(exiger_vu, projet, vu.empreinte)
    approbation = Approbation(
        id=vu.id,
        organisme=vu.organisme,
        periode=periode,
        empreinte=vu.empreinte,
        horizon=horizon,
        client=client,
        lignes=len(projet.lignes),
        total=projet.totaux.total,
        approuvee_le=acte.le,
        approuvee_par=acte.acteur.sujet,
    )
    await ports.approbations.ajouter(approbation)
    await ports.horizons.lire_a(None)
    return approbation


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirerApprobation:
    """L'approbation qui ne doit plus valoir, et pourquoi."""

    id: UUID
    motif: str


async def retirer_approbation(
    commande: RetirerApprobation, ports: Ports, acte: Acte
) -> Resultat[Approbation]:
    """L'émission ne la suivra plus (FAC-7).

    Lève `Introuvable`, ou `Conflit` si elle est déjà retirée ou le document émis.
    """
    approbation = await ports.approbations.charger(commande.id)
    _ = await ports.clients.charger(approbation.organisme, verrouiller=True)
    emises = await ports.factures.numeros(approbation.organisme)
    if (numero := emises.get(approbation.periode)) is not None:
        raise Conflit(f"Le document {numero} est émis : rien ne se retire.", regle="FAC-7")
    retiree = approbation.retirer(commande.motif, acte)
    await ports.approbations.retirer(retiree)
    return Resultat(retiree)


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
