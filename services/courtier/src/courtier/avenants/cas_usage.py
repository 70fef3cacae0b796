"""Ce qu'on peut faire d'un avenant, de sa préparation à sa copie (CI-16, CI-17).

Tout acte charge d'abord le contrat, qu'il verrouille : deux avenants s'y suivent. Il lève aussi
`VersionPerimee` si l'avenant a changé depuis que l'appelant l'a lu.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from courtier.avenants.domaine.avenant import Avenant, Texte
from courtier.avenants.domaine.budgets import autoriser_budget, exiger_budget
from courtier.avenants.domaine.effets import ChangementVoulu, Effet, evaluer
from courtier.avenants.ports import Ports
from courtier.catalogue.domaine import BASE, Engagement
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.copie import copie_due
from courtier.dossiers.domaine.besoins import Donnees
from courtier.dossiers.domaine.demarrage import Budget
from courtier.dossiers.domaine.efvp import Efvp, Examen, conclure
from courtier.obligations.domaine import NatureObligation
from courtier.obligations.ports import remplir
from courtier.pieces.domaine import GenrePiece, Piece
from noyau import ZERO, Acte, Conflit, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerAvenant:
    """Le contrat, ce qu'on en change, ce que dit l'avenant et l'empreinte de son document."""

    avenant_id: UUID
    contrat_id: UUID
    voulu: ChangementVoulu
    texte: Texte


async def preparer_avenant(
    commande: PreparerAvenant, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """Fige les prix du jour des offres ajoutées; les quantités restent au prix du contrat.

    Lève `Introuvable` ou `Conflit` (CI-14, CI-17, CI-19, CI-23, DEM-14).
    """
    contrat = await ports.contrats.charger(commande.contrat_id)
    effet, seuil = await _evaluer(commande, contrat, ports, acte)
    avenant, fait = Avenant.preparer(
        commande.avenant_id,
        await ports.avenants.prochain_numero(contrat.organisme, contrat.id),
        contrat,
        texte=commande.texte,
        effet=effet,
        seuil=seuil,
        acte=acte,
    )
    await ports.avenants.ajouter(avenant)
    # Après l'écriture : un avenant déjà ouvert se dit d'abord.
    await ports.pieces.preparer_un_avenant(avenant.organisme, avenant.id, avenant.texte.empreinte)
    return Resultat(avenant, fait)


async def preparer_de_nouveau(
    commande: PreparerAvenant, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """De nouveaux termes, que le client n'a pas signés; il valide de nouveau.

    Lève `Introuvable`, `TransitionImpossible` ou `Conflit` (CI-14, CI-17, CI-19, CI-23, DEM-14).
    """
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    effet, seuil = await _evaluer(commande, contrat, ports, acte)
    prepare, fait = avenant.preparer_de_nouveau(
        texte=commande.texte, effet=effet, seuil=seuil, acte=acte
    )
    await ports.avenants.enregistrer(prepare)
    await ports.pieces.preparer_un_avenant(prepare.organisme, prepare.id, prepare.texte.empreinte)
    return Resultat(prepare, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViserAvenant:
    """Un avenant, sur un contrat."""

    contrat_id: UUID
    avenant_id: UUID


async def valider_avenant(commande: ViserAvenant, ports: Ports, acte: Acte) -> Resultat[Avenant]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (DEM-14)."""
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    await _exiger_client(contrat, bool(avenant.effet.changement.ajoutes), ports, acte)
    valide, fait = avenant.valider(acte)
    await ports.avenants.enregistrer(valide)
    return Resultat(valide, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceSignee:
    """Un document que l'organisme garde : ce qu'il est, sa date, son empreinte."""

    piece_id: UUID
    titre: str
    empreinte: str
    datee_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoriserAvenant(ViserAvenant):
    """L'autorisation du dirigeant; sans pièce, c'est lui qui la donne."""

    piece: PieceSignee | None


async def autoriser_avenant(
    commande: AutoriserAvenant, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` (CI-17) ou `Conflit` (CI-23)."""
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    await _exiger_client(contrat, bool(avenant.effet.changement.ajoutes), ports, acte)
    piece = commande.piece
    signee_le = piece.datee_le if piece else jour_de_quebec(acte.le)
    autorise, fait = avenant.autoriser(piece.piece_id if piece else None, signee_le, acte)
    await ports.avenants.enregistrer(autorise)
    if piece is not None:
        await _garder(piece, GenrePiece.AUTORISATION_DIRIGEANT, avenant, ports, acte)
    return Resultat(autorise, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeposerEfvp(ViserAvenant):
    """L'EFVP des offres ajoutées : le lieu retenu de chacune, et le document."""

    examens: tuple[Examen, ...]
    piece: PieceSignee


async def deposer_efvp(commande: DeposerEfvp, ports: Ports, acte: Acte) -> Resultat[Avenant]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-13, CI-23)."""
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    await _exiger_client(contrat, bool(avenant.effet.changement.ajoutes), ports, acte)
    donnees = await _donnees(contrat, ports)
    if donnees is None:
        raise Conflit("Nul dossier ne dit quelles données ce contrat porte.", regle="CI-13")
    lues = await ports.catalogue.offres([e.offre_id for e in commande.examens])
    offres = {offre_id: lue.offre for offre_id, lue in lues.items()}
    efvp = Efvp(
        date=commande.piece.datee_le,
        empreinte=commande.piece.empreinte,
        donnees=donnees,
        conclusions=conclure(
            commande.examens,
            datee_du=commande.piece.datee_le,
            offres=offres,
            fiches=await ports.catalogue.fiches({o.fournisseur_id for o in offres.values()}),
        ),
    )
    depose, fait = avenant.deposer_efvp(efvp, acte)
    await ports.avenants.enregistrer(depose)
    await _garder(commande.piece, GenrePiece.EFVP, avenant, ports, acte)
    return Resultat(depose, fait)


async def _donnees(contrat: Contrat, ports: Ports) -> Donnees | None:
    """Celles que dit le dossier d'où naît le contrat."""
    if contrat.dossier_id is None:
        return None
    besoins = (await ports.dossiers.lire(contrat.dossier_id)).besoins
    return besoins.donnees if besoins else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoriserBudget(ViserAvenant):
    """L'autorisation budgétaire du contrat modifié, avant taxes, et sa pièce."""

    montant: Decimal
    piece: PieceSignee


async def autoriser_le_budget(
    commande: AutoriserBudget, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-16, DEM-14)."""
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    await ports.clients.exiger_actif(contrat.organisme, acte.le)
    piece = commande.piece
    budget = Budget(montant=commande.montant, date=piece.datee_le, empreinte=piece.empreinte)
    autorise, fait = autoriser_budget(avenant, budget, contrat, acte)
    await ports.avenants.enregistrer(autorise)
    await _garder(piece, GenrePiece.AUTORISATION_BUDGETAIRE, avenant, ports, acte)
    return Resultat(autorise, fait)


async def _budget(contrat: Contrat, ports: Ports) -> Decimal | None:
    """Ce que l'autorisation budgétaire du dossier permet."""
    if contrat.dossier_id is None:
        return None
    budget = (await ports.dossiers.lire(contrat.dossier_id)).dernier(Budget)
    return budget.montant if budget else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerParClient(ViserAvenant):
    """L'empreinte du document signé."""

    empreinte: str


async def signer_par_client(
    commande: SignerParClient, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """Revoit le mandat, le seuil et les prix publiés le jour de l'acte, puis signe.

    Lève `Introuvable`, `TransitionImpossible`, `Interdit` (DEM-3, DEM-8, CI-16) ou `Conflit`
    (CI-13 à CI-17, CI-19, DEM-14).
    """
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    await _exiger_client(contrat, bool(avenant.effet.changement.ajoutes), ports, acte)
    exiger_budget(avenant, await _budget(contrat, ports))
    offres = tuple(e.offre_id for e in avenant.effet.changement.ajoutes)
    fiches = await ports.catalogue.fiches([contrat.fournisseur_id])
    signe, fait = avenant.signer_par_client(
        empreinte=commande.empreinte,
        contrat=contrat,
        entente=await ports.catalogue.entente(contrat.entente_id),
        catalogue=await ports.catalogue.offres(offres),
        fiche=fiches[contrat.fournisseur_id],
        donnees=await _donnees(contrat, ports),
        registre=await ports.mandats.registre(contrat.organisme, acte.acteur.sujet),
        seuil=_seuil(ports, jour_de_quebec(acte.le)),
        acte=acte,
    )
    await _exiger_de_quoi_payer(avenant.effet, contrat, ports)
    await ports.avenants.enregistrer(signe)
    return Resultat(signe, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerParFournisseur(ViserAvenant):
    """Qui a signé chez le fournisseur (identifiant professionnel), quand (UTC), et quoi."""

    signataire: str
    signe_le: datetime
    empreinte: str


async def signer_par_fournisseur(
    commande: SignerParFournisseur, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """Consigne la signature qui conclut l'avenant : le contrat change dans la même transaction.

    Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-14, CI-16, CI-17,
    CI-19).
    """
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    jour = jour_de_quebec(commande.signe_le)
    calendrier = await ports.calendriers.applique()
    normes = ports.normes.le(jour)
    signe, fait = avenant.signer_par_fournisseur(
        signataire=commande.signataire,
        signe_le=commande.signe_le,
        empreinte=commande.empreinte,
        contrat=contrat,
        entente=await ports.catalogue.entente(contrat.entente_id),
        copie_due_le=calendrier.ajouter_jours_ouvrables(jour, normes.copie_jours_ouvrables),
        acte=acte,
    )
    await _exiger_de_quoi_payer(avenant.effet, contrat, ports)
    modifie = contrat.avec(signe.effet.changement)
    await ports.avenants.enregistrer(signe)
    await ports.contrats.enregistrer(modifie)
    await _devoir(signe, contrat, ports, acte)
    for repercussion in ports.repercussions:
        await repercussion.change(contrat.id, fait.survenu_le, acte)
    return Resultat(signe, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmettreCopie(ViserAvenant):
    """L'instant de la transmission (UTC); absent : maintenant."""

    transmise_le: datetime | None


async def transmettre_copie(
    commande: TransmettreCopie, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """Lève `Introuvable`, `TransitionImpossible` ou `Conflit` (CI-16)."""
    contrat, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    transmis, fait = avenant.transmettre_copie(commande.transmise_le or acte.le, acte)
    await ports.avenants.enregistrer(transmis)
    await remplir(
        ports.obligations, NatureObligation.COPIE, contrat.organisme, avenant.id, fait.survenu_le
    )
    return Resultat(transmis, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonnerAvenant(ViserAvenant):
    """Pourquoi il ne se conclura pas."""

    motif: str


async def abandonner_avenant(
    commande: AbandonnerAvenant, ports: Ports, acte: Acte
) -> Resultat[Avenant]:
    """Lève `Introuvable` ou `TransitionImpossible` (CI-16)."""
    _, avenant = await _charger(commande.contrat_id, commande.avenant_id, ports, acte)
    abandonne, fait = avenant.abandonner(commande.motif, acte)
    await ports.avenants.enregistrer(abandonne)
    return Resultat(abandonne, fait)


async def _exiger_client(contrat: Contrat, ajoute: bool, ports: Ports, acte: Acte) -> None:
    """Exclu, un organisme n'ajoute pas d'offre; il varie encore ce qu'il a signé (CI-11)."""
    exiger = ports.clients.exiger if ajoute else ports.clients.exiger_actif
    await exiger(contrat.organisme, acte.le)


async def _charger(
    contrat_id: UUID, avenant_id: UUID, ports: Ports, acte: Acte
) -> tuple[Contrat, Avenant]:
    contrat = await ports.contrats.charger(contrat_id)
    return contrat, acte.sur(await ports.avenants.charger(contrat_id, avenant_id))


async def _evaluer(
    commande: PreparerAvenant, contrat: Contrat, ports: Ports, acte: Acte
) -> tuple[Effet, Decimal]:
    """L'effet voulu; le seuil d'appel d'offres."""
    voulu = commande.voulu
    await _exiger_client(contrat, bool(voulu.offres), ports, acte)
    le = jour_de_quebec(acte.le)
    effet = evaluer(
        voulu,
        contrat,
        entente=await ports.catalogue.entente(contrat.entente_id),
        catalogue=await ports.catalogue.offres(tuple(voulu.offres)),
        engagements=await _engagements(voulu, contrat, ports, le),
        conversions_dites=await ports.conversions_dites(contrat),
        le=le,
    )
    await _exiger_de_quoi_payer(effet, contrat, ports)
    return effet, _seuil(ports, le)


async def _engagements(
    voulu: ChangementVoulu, contrat: Contrat, ports: Ports, le: date
) -> Mapping[UUID, Engagement]:
    """Ce qu'imposent les offres dont la base change, à leur version signée."""
    signees = {e.offre_id: e.version_offre for e in contrat.courants.elements}
    revues = {r.offre_id for r in voulu.quantites if r.composante == BASE} & signees.keys()
    lues = [
        await ports.catalogue.version(offre_id, signees[offre_id], le=le, publiee=False)
        for offre_id in sorted(revues)
    ]
    dits = {lue.offre.id: lue.offre.caracteristiques.engagement for lue in lues}
    return {offre_id: dit for offre_id, dit in dits.items() if dit is not None}


def _seuil(ports: Ports, le: date) -> Decimal:
    return ports.normes.le(le).marches.seuil_appel_offres


async def _exiger_de_quoi_payer(effet: Effet, contrat: Contrat, ports: Ports) -> None:
    """Un avenant ne réduit pas le montant sous ce qui est déjà consommé (CI-19)."""
    engage = await ports.engagements.engage(contrat.organisme, contrat.id)
    if effet.ajout < ZERO and effet.apres < engage:
        raise Conflit(
            f"Le contrat ne peut valoir {effet.apres} $ : {engage} $ en sont déjà consommés.",
            regle="CI-19",
            details={"montant": str(effet.apres), "consomme": str(engage)},
        )


async def _devoir(signe: Avenant, contrat: Contrat, ports: Ports, acte: Acte) -> None:
    """La copie due au Courtier; ce qui se publie naît de la répercussion au SEAO."""
    signature = signe.signature_fournisseur
    if signature is None:
        return
    await ports.obligations.ouvrir(copie_due(contrat, signe.id, signature, acte))


async def _garder(
    piece: PieceSignee, genre: GenrePiece, avenant: Avenant, ports: Ports, acte: Acte
) -> None:
    deposee = Piece.deposer(
        piece.piece_id,
        avenant.organisme,
        genre,
        titre=piece.titre,
        empreinte=piece.empreinte,
        datee_le=piece.datee_le,
        contrat_id=avenant.contrat_id,
        dossier_id=avenant.dossier_id,
        avenant_id=avenant.id,
        acte=acte,
    )
    await ports.pieces.ajouter(deposee)
