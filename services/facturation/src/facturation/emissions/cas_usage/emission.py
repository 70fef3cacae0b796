"""Émettre le document d'un organisme; vérifier que l'émission et le recalcul disent de même."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.abonnements import abonnements_de
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Visees
from facturation.emissions.domaine.approbations import Approbation, exiger_approuve
from facturation.emissions.domaine.executions import (
    PRODUCTEURS,
    EtatTraitement,
    Traitement,
    exiger_recue,
)
from facturation.emissions.domaine.suivi import ExecutionArretee
from facturation.emissions.ports import Ports
from facturation.factures.domaine.documents import sceller
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from facturation.factures.domaine.factures import (
    Document,
    DocumentEmis,
    Projet,
    exercice_d_emission,
    reunir,
)
from noyau import Acte, Mois, Resultat, jour_de_quebec


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
    approuves_seulement: bool = False
    """Rien ne s'émet qui n'ait son aperçu approuvé."""
    sautes: tuple[Mois, ...] = ()
    """Les mois que l'exécution ferme sans les émettre."""


async def emettre_facture(
    commande: EmettreFacture, ports: Ports, acte: Acte
) -> Resultat[Traitement]:
    """Calcule, fige, numérote; déjà émise, ou sans ligne, ne fait rien de plus (FAC-6, FAC-7).

    Lève `Conflit` si le fichier client manque, si une période postérieure est déjà facturée, si une
    antérieure ne l'est pas sans qu'on ait dit la sauter; ou si les copies se refont : les jalons,
    relus après la situation, la disent alors partielle.
    Lève `ExecutionArretee` : l'organisme reste à faire.
    """
    organisme, periode = commande.organisme, commande.periode
    await _exiger_en_cours(commande, ports)
    client = await ports.clients.charger(organisme, verrouiller=True)
    faits: list[DocumentEmis] = []
    numero = (await ports.factures.numeros(organisme)).get(periode)
    etat, total = EtatTraitement.DEJA_EMISE, None
    if numero is None:
        (parcours,) = await ports.executions.parcours([organisme], periode)
        parcours.exiger(periode, commande.sautes)
        projet = await _projeter_pour_emettre(client, commande, ports)
        exiger_recue(periode, await ports.executions.jalons(PRODUCTEURS), acte.le)
        # Tenue jusqu'au commit, et pas plus tôt : un arrêt n'attend pas la fin d'un calcul.
        await _exiger_en_cours(commande, ports, tenir=True)
        etat = EtatTraitement.SANS_LIGNE
        if projet.lignes:
            document, fait = await _ecrire(projet, commande.inscriptions, ports, acte)
            faits += [fait] if fait else []
            etat, numero, total = EtatTraitement.EMISE, document.numero, projet.totaux.total
        await ports.touches.arreter(organisme, periode.fin, projet.a_suivre)
        # Ce que le catalogue a dit depuis l'horizon n'avait rien à toucher; voici que si.
        await ports.touches.retoucher(organisme, await ports.tarifications.appris_depuis())
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


async def _projeter_pour_emettre(client: Client, commande: EmettreFacture, ports: Ports) -> Projet:
    """Le projet de l'émission, à l'horizon de l'aperçu approuvé s'il y en a un (FAC-7).

    Ce que la revue n'a pas encore tenu, elle n'y reviendra pas. Lève `Conflit` si le calcul ne
    redonne pas l'aperçu, ou s'il devait être approuvé et ne l'est pas.
    """
    periode = commande.periode
    approbation = await ports.approbations.qui_vaut(client.organisme, periode)
    if approbation is not None:
        await ports.horizons.lire_a(approbation.horizon.instantane)
        client = approbation.client
    visees = await ports.touches.prendre(client.organisme)
    if await ports.attentes.revue_demandee(client.organisme):
        await _suivre_le_catalogue(client, visees, approbation, ports)
    projet = await projeter_facture(ProjeterFacture(client, visees, periode), ports)
    if approbation is not None:
        await ports.a_l_ecart(approbation.exiger_la_meme, projet)
        await ports.approbations.clore(approbation)
    elif commande.approuves_seulement:
        exiger_approuve(projet)
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
) -> tuple[Document, DocumentEmis | None]:
    """Numérote le document, le scelle et le garde; rend le fait, s'il n'est pas déjà publié.

    Perdu par une restauration, il se refait tel qu'il fut publié, sous son numéro et à sa date.
    Lève `Conflit` si le calcul n'en redonne pas l'empreinte (FAC-7).
    """
    retenu = await ports.retenus.du_mois(projet.client.organisme, projet.periode)
    le = retenu.emis_a if retenu else acte.le
    rang = (
        retenu.rang
        if retenu
        else await ports.factures.prochain_rang(projet.nature, exercice_d_emission(le))
    )
    emetteur = ports.emetteurs.le(jour_de_quebec(le))
    document, fait = projet.emettre(rang, le, emetteur, inscriptions)
    scelle = await ports.a_l_ecart(sceller, document)
    if retenu:
        retenu.exiger_le_meme(document, scelle.empreinte)
    await ports.factures.ajouter(document, scelle)
    return document, None if retenu else replace(fait, empreinte=scelle.empreinte)


@dataclass(frozen=True, slots=True)
class ProjeterFacture:
    """Ce qu'on relit d'un organisme, et la période à lui calculer."""

    client: Client
    visees: Visees
    periode: Mois


async def projeter_facture(commande: ProjeterFacture, ports: Ports) -> Projet:
    """Le projet de ces sources; leur calcul laisse répondre à d'autres."""
    projets = [
        await ports.a_l_ecart(situation.projeter, commande.periode)
        async for situation in ports.situations.de(commande.client, commande.visees)
    ]
    projet = await ports.a_l_ecart(reunir, projets)
    if not projet.rendues:
        return projet
    # Chaque ligne qui rend nomme celle qu'elle corrige (FAC-9).
    premieres = await ports.factures.premieres(projet.client.organisme, projet.rendues)
    return projet.nommer(premieres)


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
            await projeter_facture(ProjeterFacture(client, par_touche, periode), ports),
            await projeter_facture(ProjeterFacture(client, entier, periode), ports),
        )
    ]
    return sorted({identite for identite, _ in une ^ autre})
