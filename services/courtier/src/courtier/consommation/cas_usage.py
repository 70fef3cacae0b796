"""Ce qu'on inscrit de la consommation d'un contrat, et ce qu'on en lit (CI-19).

Tout acte charge d'abord le contrat, qu'il verrouille : deux commandes s'y suivent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from courtier.consommation.domaine.bilan import Bilan, Variation
from courtier.consommation.domaine.commandes import (
    Commande,
    FactureFournisseur,
    LigneVoulue,
    chiffrer,
    cle_de,
    exiger_commandable,
    exiger_facturable,
)
from courtier.consommation.domaine.courbe import MoisDeContrat, courbe
from courtier.consommation.domaine.prevision import Prevision, prevoir
from courtier.consommation.domaine.recoupements import Recoupement, recouper
from courtier.consommation.ports import Ports
from courtier.contrats.domaine.contrat import Contrat
from courtier.pieces.domaine import Visa
from noyau import ZERO, Acte, Fait, Interdit, Montant, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandeVoulue:
    """Le bon de l'organisme, sa date, ses lignes."""

    id: UUID
    bon: str
    datee_le: date
    lignes: tuple[LigneVoulue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commander:
    """Des commandes d'un contrat, qui s'inscrivent toutes ou aucune."""

    contrat_id: UUID
    commandes: Sequence[CommandeVoulue]


async def commander(
    commande: Commander, ports: Ports, acte: Acte
) -> Resultat[tuple[Commande, ...]]:
    """Engage ces commandes, si elles tiennent au contrat.

    Lève `Introuvable`, `Interdit`, ou `Conflit` (CI-19, DEM-14) avant toute écriture : la commande
    dépasserait le montant, est hors de la durée ou des offres, ou porte un bon déjà pris.
    """
    contrat = await _charger(commande.contrat_id, ports, acte)
    (await ports.organismes.lire(contrat.organisme)).exiger_actif(acte.le)
    neuves, variation = await _neuves(commande.commandes, contrat, ports, acte)
    bilan = await ports.consommations.bilan(contrat)
    bilan.exiger_place(variation, contrat.courants.montant)
    for neuve in neuves:
        await ports.consommations.ajouter_commande(neuve)
        await ports.consommations.rattacher(neuve)
    faits = await _tenir(bilan, variation, contrat, ports, acte)
    return Resultat(neuves, *faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnulerCommande:
    """La commande, et pourquoi."""

    contrat_id: UUID
    commande_id: UUID
    motif: str


async def annuler_commande(
    commande: AnnulerCommande, ports: Ports, acte: Acte
) -> Resultat[Commande]:
    """Elle n'engage plus rien; ce qui en fut facturé demeure consommé.

    Lève `Introuvable`, `Interdit` ou `Conflit` (CI-19).
    """
    contrat = await _charger(commande.contrat_id, ports, acte)
    avant = await ports.consommations.commande(contrat.id, commande.commande_id)
    apres = avant.annuler(commande.motif, acte)
    await ports.consommations.enregistrer_commande(apres)
    bilan = await ports.consommations.bilan(contrat)
    variation = Variation.de_commande(avant, apres)
    return Resultat(apres, *await _tenir(bilan, variation, contrat, ports, acte))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrigerCommande:
    """La commande, ce qui la remplace, et pourquoi."""

    contrat_id: UUID
    commande_id: UUID
    motif: str
    voulue: CommandeVoulue


async def corriger_commande(
    commande: CorrigerCommande, ports: Ports, acte: Acte
) -> Resultat[Commande]:
    """L'ancienne s'annule, une autre la remplace, ses factures avec; rien ne s'efface.

    Celles qui attendaient le bon de l'autre la rejoignent.

    Lève `Introuvable`, `Interdit` ou `Conflit` (CI-19, DEM-14).
    """
    contrat = await _charger(commande.contrat_id, ports, acte)
    (await ports.organismes.lire(contrat.organisme)).exiger_actif(acte.le)
    avant = await ports.consommations.commande(contrat.id, commande.commande_id)
    annulee = replace(avant.annuler(commande.motif, acte), facture=ZERO)
    (seule,), ajout = await _neuves([commande.voulue], contrat, ports, acte)
    neuve = replace(seule.facturer(avant.facture), corrige=avant.id)
    variation = Variation.de_commande(avant, annulee) + ajout + Variation.de_commande(seule, neuve)
    bilan = await ports.consommations.bilan(contrat)
    bilan.exiger_place(variation, contrat.courants.montant, avant.consomme)
    await ports.consommations.enregistrer_commande(annulee)
    await ports.consommations.ajouter_commande(neuve)
    await ports.consommations.reporter_factures(avant, neuve)
    await ports.consommations.rattacher(neuve)
    return Resultat(neuve, *await _tenir(bilan, variation, contrat, ports, acte))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactureVoulue:
    """Le numéro du fournisseur, sa date, son montant avant taxes, le bon qu'elle paie."""

    id: UUID
    numero: str
    datee_le: date
    montant: Montant
    """Négatif, une note de crédit."""
    bon: str | None
    reduit: str | None = None
    """Le numéro de la facture que la note réduit : elle en suit le bon et la commande."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facturer:
    """Des factures d'un contrat, qui s'inscrivent toutes ou aucune."""

    contrat_id: UUID
    factures: Sequence[FactureVoulue]


async def facturer(
    commande: Facturer, ports: Ports, acte: Acte
) -> Resultat[tuple[FactureFournisseur, ...]]:
    """Inscrit ces factures : rattachée, une facture consomme sa commande; sinon elle s'ajoute.

    Un bon que nulle commande ne porte se garde; elle s'ajoute, jusqu'à ce que sa commande paraisse.
    Un dépassement ne se refuse pas, il s'annonce. Lève `Introuvable`, `Interdit`, ou `Conflit`
    (CI-19) : numéro déjà pris, date à venir ou d'avant le contrat; note de crédit d'une facture
    inconnue, d'avant elle, ou de plus que ce qui en reste.
    """
    contrat = await _charger(commande.contrat_id, ports, acte)
    bilan = await ports.consommations.bilan(contrat)
    posees, variation = list[FactureFournisseur](), Variation()
    for voulue in commande.factures:
        facture, change = await _inscrire(voulue, contrat, None, ports, acte)
        posees.append(facture)
        variation += change
    faits = await _tenir(bilan, variation, contrat, ports, acte)
    return Resultat(tuple(posees), *faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnulerFacture:
    """La facture, et pourquoi."""

    contrat_id: UUID
    facture_id: UUID
    motif: str


async def annuler_facture(
    commande: AnnulerFacture, ports: Ports, acte: Acte
) -> Resultat[FactureFournisseur]:
    """Elle ne compte plus; son numéro peut resservir. Lève comme `facturer`."""
    contrat = await _charger(commande.contrat_id, ports, acte)
    annulee, variation = await _retirer(contrat, commande, ports, acte)
    bilan = await ports.consommations.bilan(contrat)
    return Resultat(annulee, *await _tenir(bilan, variation, contrat, ports, acte))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrigerFacture(AnnulerFacture):
    """Ce qui remplace la facture."""

    voulue: FactureVoulue


async def corriger_facture(
    commande: CorrigerFacture, ports: Ports, acte: Acte
) -> Resultat[FactureFournisseur]:
    """L'ancienne s'annule, une autre la remplace; rien ne s'efface. Lève comme `facturer`."""
    contrat = await _charger(commande.contrat_id, ports, acte)
    annulee, retrait = await _retirer(contrat, commande, ports, acte)
    neuve, ajout = await _inscrire(commande.voulue, contrat, annulee.id, ports, acte)
    bilan = await ports.consommations.bilan(contrat)
    return Resultat(neuve, *await _tenir(bilan, retrait + ajout, contrat, ports, acte))


@dataclass(frozen=True, slots=True, kw_only=True)
class Consommation:
    """Ce qu'on montre de la consommation d'un contrat, un jour donné."""

    contrat: Contrat
    bilan: Bilan
    sous_bon_inconnu: Montant
    """Ce qui est facturé sous un bon que nulle commande ne porte."""
    alertes: tuple[Decimal, ...]
    prevision: Prevision
    mois: tuple[MoisDeContrat, ...]


async def lire_consommation(contrat_id: UUID, ports: Ports, *, jour: date) -> Consommation:
    """Le bilan d'un contrat, sa courbe et la date où il s'épuiserait; lève `Introuvable`."""
    contrat = await ports.contrats.lire(contrat_id)
    bilan = await ports.consommations.bilan(contrat)
    commandes, factures = await ports.consommations.sommes(contrat)
    engagements = await ports.consommations.engagements(contrat)
    return Consommation(
        contrat=contrat,
        bilan=bilan,
        sous_bon_inconnu=await ports.consommations.sous_bon_inconnu(contrat),
        alertes=ports.normes.le(jour).consommation.alertes,
        prevision=prevoir(contrat, bilan.consomme, engagements, jour),
        mois=courbe(contrat, commandes, factures),
    )


async def chercher_recoupements(
    contrat_id: UUID, ports: Ports, *, jour: date
) -> Sequence[Recoupement]:
    """Les contrats en cours qui paient la même catégorie les mêmes mois; lève `Introuvable`."""
    contrat = await ports.contrats.lire(contrat_id)
    if contrat.signature_fournisseur is None:
        return ()
    autres = await ports.consommations.paralleles(contrat)
    offres = set(contrat.courants.offres).union(*(autre.offres for autre in autres))
    categories = await ports.consommations.categories(offres)
    return recouper(contrat, autres, categories, jour)


async def _charger(contrat_id: UUID, ports: Ports, acte: Acte) -> Contrat:
    """Le contrat, verrouillé; lève `Interdit` (CI-19) à qui n'est pas de l'organisme client."""
    contrat = await ports.contrats.charger(contrat_id)
    if acte.acteur.organisme != contrat.organisme:
        raise Interdit("Seul l'organisme client tient sa consommation.", regle="CI-19")
    return contrat


async def _neuves(
    voulues: Sequence[CommandeVoulue], contrat: Contrat, ports: Ports, acte: Acte
) -> tuple[tuple[Commande, ...], Variation]:
    """Les commandes, facturées déjà de ce qui attendait leur bon, et ce qu'elles changent."""
    attendues = await ports.consommations.en_attente(contrat.id, [v.bon for v in voulues])
    neuves, variation = list[Commande](), Variation()
    for voulue in voulues:
        facture = attendues.get(cle_de(voulue.bon), ZERO)
        neuves.append(_neuve(voulue, contrat, acte).facturer(facture))
        variation += Variation.de_commande(None, neuves[-1]) + Variation.de_rattachement(facture)
    return tuple(neuves), variation


def _neuve(voulue: CommandeVoulue, contrat: Contrat, acte: Acte) -> Commande:
    exiger_commandable(contrat, voulue.datee_le, acte)
    return Commande(
        id=voulue.id,
        organisme=contrat.organisme,
        contrat_id=contrat.id,
        bon=voulue.bon,
        datee_le=voulue.datee_le,
        lignes=chiffrer(voulue.lignes, contrat, voulue.datee_le),
        inscrite=Visa.de(acte),
    )


async def _inscrire(
    voulue: FactureVoulue, contrat: Contrat, corrige: UUID | None, ports: Ports, acte: Acte
) -> tuple[FactureFournisseur, Variation]:
    """La facture inscrite, rattachée à la commande de son bon, et ce qu'elle change.

    Une note de crédit suit la facture qu'elle réduit.
    """
    exiger_facturable(contrat, voulue.datee_le, acte)
    reduite = await _reduite(voulue, contrat, ports)
    commande = None
    if reduite is not None and reduite.commande_id is not None:
        commande = await ports.consommations.commande(contrat.id, reduite.commande_id)
    elif voulue.bon is not None:
        commande = await ports.consommations.commande_du_bon(contrat.id, voulue.bon)
    facture = FactureFournisseur(
        id=voulue.id,
        organisme=contrat.organisme,
        contrat_id=contrat.id,
        numero=voulue.numero,
        datee_le=voulue.datee_le,
        montant=voulue.montant,
        commande_id=None if commande is None else commande.id,
        inscrite=Visa.de(acte),
        bon=voulue.bon if reduite is None else reduite.bon,
        corrige=corrige,
        reduit=None if reduite is None else reduite.id,
    )
    await ports.consommations.ajouter_facture(facture)
    variation = Variation.de_facture(None, facture)
    if commande is not None:
        variation += await _consommer(commande, facture.montant, ports)
    return facture, variation


async def _reduite(
    voulue: FactureVoulue, contrat: Contrat, ports: Ports
) -> FactureFournisseur | None:
    """La facture que réduit une note de crédit, s'il en reste assez."""
    if voulue.reduit is None:
        return None
    reduite = await ports.consommations.facture_du_numero(contrat.id, voulue.reduit)
    deja = await ports.consommations.notes_de(reduite)
    reduite.exiger_reductible(voulue.montant, voulue.datee_le, deja)
    return reduite


async def _retirer(
    contrat: Contrat, commande: AnnulerFacture, ports: Ports, acte: Acte
) -> tuple[FactureFournisseur, Variation]:
    """La facture annulée, et ce que cela change."""
    facture = await ports.consommations.facture(contrat.id, commande.facture_id)
    deja = await ports.consommations.notes_de(facture)
    annulee = facture.annuler(commande.motif, acte, deja)
    await ports.consommations.enregistrer_facture(annulee)
    variation = Variation.de_facture(facture, annulee)
    if facture.commande_id is not None:
        payee = await ports.consommations.commande(contrat.id, facture.commande_id)
        variation += await _consommer(payee, -facture.montant, ports)
    return annulee, variation


async def _consommer(commande: Commande, montant: Montant, ports: Ports) -> Variation:
    """Une commande facturée d'autant de plus."""
    apres = commande.facturer(montant)
    await ports.consommations.enregistrer_commande(apres)
    return Variation.de_commande(commande, apres)


async def _tenir(
    bilan: Bilan, variation: Variation, contrat: Contrat, ports: Ports, acte: Acte
) -> tuple[Fait, ...]:
    alertes = ports.normes.le(jour_de_quebec(acte.le)).consommation.alertes
    suivant, faits = bilan.varier(variation, contrat, alertes, acte)
    await ports.consommations.tenir(suivant)
    return faits
