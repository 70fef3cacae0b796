"""Ce qu'on peut demander aux factures."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.abonnements import abonnements_de
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Visees
from facturation.creances.domaine.faits import produits_livres
from facturation.factures.domaine.ajustements import Ajustement, exiger_permis, racine
from facturation.factures.domaine.credits import Credit, decider, note_de_credit
from facturation.factures.domaine.documents import sceller
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from facturation.factures.domaine.executions import (
    PRODUCTEURS,
    Apercu,
    EtatApercu,
    EtatTraitement,
    Execution,
    Traitement,
    exiger_recue,
)
from facturation.factures.domaine.factures import (
    DocumentEmis,
    Projet,
    Situation,
    exercice_d_emission,
    reunir,
)
from facturation.factures.ports import Ports
from noyau import Acte, Conflit, Introuvable, Mois, Montant, Resultat, jour_de_quebec


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
        projet = await _projeter_et_suivre(client, periode, ports)
        exiger_recue(periode, await ports.executions.jalons(PRODUCTEURS), acte.le)
        etat = EtatTraitement.SANS_LIGNE
        if projet.lignes:
            fait = await _ecrire(projet, commande.inscriptions, ports, acte)
            faits.append(fait)
            etat, numero, total = EtatTraitement.EMISE, fait.document.numero, projet.totaux.total
        await ports.touches.arreter(organisme, periode.fin, projet.a_suivre)
    traitement = Traitement(organisme=organisme, etat=etat, numero=numero, total=total)
    await ports.executions.enregistrer(commande.execution_id, traitement)
    return Resultat(traitement, *faits)


async def _projeter_et_suivre(client: Client, periode: Mois, ports: Ports) -> Projet:
    """Le projet de l'émission; ce que la revue n'a pas encore tenu, elle n'y reviendra pas."""
    visees = await ports.touches.prendre(client.organisme)
    a_revoir = await ports.attentes.revue_demandee(client.organisme)
    projets: list[Projet] = []
    async for situation in _situations(client, visees, ports):
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
        async for situation in _situations(client, visees, ports)
    ]
    return await ports.a_l_ecart(reunir, projets)


async def _situations(client: Client, visees: Visees, ports: Ports) -> AsyncIterator[Situation]:
    """La situation de l'organisme, lot par lot de ce que l'on relit de lui."""
    organisme = client.organisme
    emises = await ports.factures.numeros(organisme)
    async for etendue in ports.touches.relire(organisme, visees):
        touchees = [source.nom for source in etendue.touchees]
        demandes = {source.demande for source in etendue.sources if source.demande}
        yield Situation(
            client=client,
            etendue=etendue,
            tarification=await ports.tarifications.charger(produits_livres(etendue.sources)),
            bareme=ports.bareme,
            deja_facture=await ports.factures.deja_facture(organisme, touchees),
            ajustements=await ports.ajustements.des_sources(organisme, touchees),
            emises=emises,
            numeros=await ports.demandes.numeros(organisme, demandes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AjusterLigne:
    """La ligne d'un document émis, ce que l'on retranche de son dû ou y rétablit, et pourquoi."""

    id: UUID
    numero: str
    rang: int
    montant: Montant
    motif: str


async def ajuster_ligne(commande: AjusterLigne, ports: Ports, acte: Acte) -> Resultat[Ajustement]:
    """Décide d'un ajustement; le prochain document de l'organisme le porte (FAC-13).

    Lève `Introuvable` si la ligne n'existe pas, `Conflit` si le montant n'est pas permis.
    """
    (ligne,) = await ports.factures.lignes(commande.numero, [commande.rang])
    organisme, identite = ligne.organisme, ligne.identite
    # Deux décisions d'une même ligne s'attendent, et l'émission de son organisme avec elles.
    await ports.clients.charger(organisme, verrouiller=True)
    ajustement = ligne.ajuster(commande.id, commande.montant, commande.motif, acte)
    facturees = await ports.factures.deja_facture(organisme, [identite.source])
    anterieurs = await ports.ajustements.des_sources(organisme, [identite.source])
    sienne = racine(identite)
    exiger_permis(
        ajustement,
        (f for i, f in facturees.items() if racine(i) == sienne),
        (a for a in anterieurs if racine(a.identite) == sienne),
    )
    await ports.ajustements.ajouter(ajustement)
    await ports.touches.toucher({(organisme, identite.source)})
    return Resultat(ajustement)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrediterLignes:
    """Ce qu'une décision rend des lignes d'un document, et pourquoi."""

    numero: str
    credits: tuple[Credit, ...]
    motif: str
    inscriptions: Inscriptions = SANS_INSCRIPTION


async def crediter_lignes(
    commande: CrediterLignes, ports: Ports, acte: Acte
) -> Resultat[str | None]:
    """Ajuste ces lignes et émet la note de crédit qui le documente, à l'instant (FAC-13).

    Rend le numéro de la note; rien si les lignes étaient déjà toutes rendues. Lève `Introuvable` si
    l'une n'existe pas, `Conflit` si un montant passe ce qu'elle vaut encore.
    """
    lignes = await ports.factures.lignes(commande.numero, [c.rang for c in commande.credits])
    organisme, sources = lignes[0].organisme, sorted({x.identite.source for x in lignes})
    client = await ports.clients.charger(organisme, verrouiller=True)
    creditees = decider(
        zip(commande.credits, lignes, strict=True),
        await ports.factures.deja_facture(organisme, sources),
        await ports.ajustements.des_sources(organisme, sources),
        commande.motif,
        acte,
    )
    if not creditees:
        return Resultat(None)
    for ajustement in (a for ligne in creditees for a in ligne.part.ajustements):
        await ports.ajustements.ajouter(ajustement)
    await ports.touches.toucher({(organisme, ligne.identite.source) for ligne in creditees})
    periode = Mois.de(jour_de_quebec(acte.le))
    piece = await ports.factures.prochaine_piece(organisme, periode)
    groupes = await ports.factures.groupes(commande.numero)
    note = note_de_credit(client, periode, piece, creditees, groupes)
    rang = await ports.factures.prochain_rang(note.nature, exercice_d_emission(acte.le))
    emetteur = ports.emetteurs.le(jour_de_quebec(acte.le))
    document, fait = note.emettre(rang, acte.le, emetteur, commande.inscriptions)
    scelle = sceller(document)
    await ports.factures.ajouter(document, scelle)
    return Resultat(document.numero, replace(fait, empreinte=scelle.empreinte))


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
