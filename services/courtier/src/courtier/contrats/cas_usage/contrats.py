"""Ce qu'on peut faire d'un contrat spécifique, de sa préparation à sa copie (CI-14 à CI-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.copie import copie_due
from courtier.contrats.domaine.fins import refuser, resilier
from courtier.contrats.domaine.ruptures import Lettre
from courtier.contrats.domaine.termes import Documents, Termes
from courtier.contrats.ports import Ports
from courtier.dossiers.domaine.actes import Fin, Geste
from courtier.dossiers.domaine.demarrage import Conclusion, Preparation, RefusFournisseur
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import avancer, exiger
from courtier.dossiers.domaine.faits import DossierClos
from courtier.dossiers.domaine.scenarios import Empechement, Scenario
from courtier.obligations.domaine import NatureObligation
from courtier.obligations.ports import remplir
from courtier.pieces.domaine import GenrePiece, Piece
from noyau import Acte, Conflit, Fait, Introuvable, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerContrat:
    """Le dossier confirmé d'où naît le contrat, son début, et les documents préparés."""

    contrat_id: UUID
    dossier_id: UUID
    debut: date
    documents: Documents
    imputation: str | None = None


async def preparer_contrat(
    commande: PreparerContrat, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui, pour le scénario confirmé du dossier.

    Lève `Introuvable`, ou `Conflit` : un préalable du dossier qui manque (CI-10, CI-13 à CI-16),
    un contrat déjà préparé (CI-16), durée (CI-17), organisme inactif (DEM-14).
    """
    dossier = await ports.acquisitions.dossiers.charger(commande.dossier_id)
    await ports.clients.exiger(dossier.organisme, acte.le)
    await _exiger_libre(dossier, ports)
    prepare, scenario, termes = await _du_dossier(dossier, commande, ports, acte)
    contrat, fait = Contrat.preparer(
        commande.contrat_id,
        dossier.organisme,
        dossier_id=dossier.id,
        scenario=scenario,
        termes=termes,
        documents=commande.documents,
        imputation=commande.imputation,
        acte=acte,
    )
    await ports.contrats.ajouter(contrat)
    await ports.acquisitions.dossiers.enregistrer(prepare)
    return Resultat(contrat, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerDeNouveau:
    """Le début et les documents revus; un contrat d'avant les dossiers dit de quel dossier."""

    contrat_id: UUID
    debut: date
    documents: Documents
    dossier_id: UUID | None = None


async def preparer_de_nouveau(
    commande: PreparerDeNouveau, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui; le client valide de nouveau (CI-15).

    Lève `Introuvable`, `TransitionImpossible`, ou `Conflit` : comme `preparer_contrat`; aucun
    dossier, ou celui d'un autre organisme (CI-10).
    """
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    await ports.clients.exiger(contrat.organisme, acte.le)
    dossier_id = commande.dossier_id or contrat.dossier_id
    if dossier_id is None:
        raise Conflit("Un contrat naît d'un dossier d'acquisition : nommez-le.", regle="CI-10")
    dossier = await ports.acquisitions.dossiers.charger(dossier_id)
    if dossier.organisme != contrat.organisme:
        raise Introuvable("Dossier introuvable.")
    await _exiger_libre(dossier, ports, sauf=contrat.id)
    prepare, scenario, termes = await _du_dossier(dossier, commande, ports, acte)
    nouveau, fait = contrat.preparer_de_nouveau(
        dossier_id=dossier.id,
        scenario=scenario,
        termes=termes,
        documents=commande.documents,
        acte=acte,
    )
    await ports.contrats.enregistrer(nouveau)
    await ports.acquisitions.dossiers.enregistrer(prepare)
    return Resultat(nouveau, fait)


async def _exiger_libre(dossier: Dossier, ports: Ports, sauf: UUID | None = None) -> None:
    """Lève `Conflit` (CI-16) si le dossier a déjà un autre contrat, que rien n'a défait."""
    for contrat in await ports.contrats.du_dossier(dossier.organisme, dossier.id):
        if contrat.id != sauf and contrat.occupe_son_dossier:
            raise Conflit(
                "Le dossier a déjà un contrat : il se prépare de nouveau.",
                regle="CI-16",
                details={"contrat_id": str(contrat.id)},
            )


async def _du_dossier(
    dossier: Dossier, commande: PreparerContrat | PreparerDeNouveau, ports: Ports, acte: Acte
) -> tuple[Dossier, Scenario, Termes]:
    """Le dossier, son contrat préparé; le scénario confirmé et ses termes aux prix du jour."""
    circonstances = await ports.acquisitions.circonstances(dossier, acte.le)
    exiger(Geste.PREPARATION, dossier, circonstances)
    besoins, scenario = dossier.besoins, dossier.choisi
    if besoins is None or scenario is None:
        raise Introuvable("Le dossier n'a pas de scénario confirmé.")
    calculs = await ports.acquisitions.calculs(list(dossier.scenarios.values()), besoins, acte.le)
    preparation = Preparation(
        contrat_id=commande.contrat_id,
        calculs=calculs,
        planchers=await ports.acquisitions.planchers(dossier, acte.le),
    )
    prepare = avancer(dossier, preparation, circonstances, acte)
    chiffrage = prepare.calculs[scenario.id]
    if isinstance(chiffrage, Empechement):
        raise Conflit(chiffrage.motif, regle="CI-14")
    jour = jour_de_quebec(acte.le)
    termes = Termes.figer(commande.debut, chiffrage, le=jour)
    publies = await ports.catalogue.documents(scenario.fournisseur_id)
    dits = commande.documents
    dits.exiger_distincts()
    dits.exiger_annexe_publiee(publies, jour)
    await ports.pieces.preparer_un_contrat(
        dossier.organisme, commande.contrat_id, dossier.id, dits.contrat, dits.engagement
    )
    return prepare, scenario, termes


@dataclass(frozen=True, slots=True, kw_only=True)
class ValiderContrat:
    """Le contrat que le client approuve."""

    contrat_id: UUID


async def valider_contrat(commande: ValiderContrat, ports: Ports, acte: Acte) -> Resultat[Contrat]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (DEM-14, CI-16)."""
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    await ports.clients.exiger(contrat.organisme, acte.le)
    valide, fait = contrat.valider(acte)
    await ports.contrats.enregistrer(valide)
    return Resultat(valide, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerParFournisseur:
    """Qui a signé chez le fournisseur (identifiant professionnel), quand (UTC), et quoi."""

    contrat_id: UUID
    signataire: str
    signe_le: datetime
    contrat: str
    annexe_modificative: str


async def signer_par_fournisseur(
    commande: SignerParFournisseur, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Consigne la signature qui conclut le contrat.

    Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-14, CI-16).
    """
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    jour = jour_de_quebec(commande.signe_le)
    signe, fait = contrat.signer_par_fournisseur(
        signataire=commande.signataire,
        signe_le=commande.signe_le,
        contrat=commande.contrat,
        annexe_modificative=commande.annexe_modificative,
        entente=await ports.catalogue.entente(contrat.entente_id),
        calendrier=await ports.calendriers.applique(),
        delai_copie=ports.normes.le(jour).copie_jours_ouvrables,
        acte=acte,
    )
    await ports.contrats.enregistrer(signe)
    if signe.signature_fournisseur:
        due = copie_due(signe, signe.id, signe.signature_fournisseur, acte)
        await ports.obligations.ouvrir(due)
    for repercussion in ports.repercussions:
        await repercussion.conclu(signe.id, acte)
    return Resultat(signe, fait, *await _clore_le_dossier(signe, fait.survenu_le, ports, acte))


async def _clore_le_dossier(
    contrat: Contrat, le: datetime, ports: Ports, acte: Acte
) -> Sequence[Fait]:
    """Le dossier finit en contrat conclu; un contrat d'avant les dossiers n'en a pas."""
    if contrat.dossier_id is None:
        return ()
    dossier = await ports.acquisitions.dossiers.charger(contrat.dossier_id)
    circonstances = await ports.acquisitions.circonstances(dossier, acte.le)
    conclu = avancer(dossier, Conclusion(contrat_id=contrat.id), circonstances, acte)
    await ports.acquisitions.dossiers.enregistrer(conclu)
    clos = DossierClos(
        dossier_id=dossier.id,
        organisme=dossier.organisme,
        issue=Fin.CONTRAT_CONCLU,
        contrat_id=contrat.id,
        survenu_le=le,
    )
    return (clos,)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmettreCopie:
    """Le contrat et l'instant de la transmission (UTC); absent : maintenant."""

    contrat_id: UUID
    transmise_le: datetime | None


async def transmettre_copie(
    commande: TransmettreCopie, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Lève `Introuvable`, `TransitionImpossible` ou `Conflit` (CI-16)."""
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    transmis, fait = contrat.transmettre_copie(commande.transmise_le or acte.le, acte)
    await ports.contrats.enregistrer(transmis)
    await remplir(
        ports.obligations, NatureObligation.COPIE, contrat.organisme, contrat.id, fait.survenu_le
    )
    return Resultat(transmis, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuserContrat:
    """Le contrat que le fournisseur refuse de signer, et pourquoi."""

    contrat_id: UUID
    motif: str


async def refuser_contrat(commande: RefuserContrat, ports: Ports, acte: Acte) -> Resultat[Contrat]:
    """Signé par le client, son dossier reprend. Lève `Introuvable`, `TransitionImpossible`."""
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    refuse, fait = refuser(contrat, commande.motif, acte)
    await ports.contrats.enregistrer(refuse)
    await _reprendre_le_dossier(contrat, ports, acte)
    return Resultat(refuse, fait)


async def _reprendre_le_dossier(contrat: Contrat, ports: Ports, acte: Acte) -> None:
    """Sa préparation et sa signature tombent : un autre contrat se prépare (CI-10)."""
    if contrat.dossier_id is None or contrat.signature_client is None:
        return
    dossier = await ports.acquisitions.dossiers.charger(contrat.dossier_id)
    circonstances = await ports.acquisitions.circonstances(dossier, acte.le)
    repris = avancer(dossier, RefusFournisseur(contrat_id=contrat.id), circonstances, acte)
    await ports.acquisitions.dossiers.enregistrer(repris)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResilierContrat:
    """Le contrat, la date d'effet, la lettre et sa raison."""

    contrat_id: UUID
    effet: date
    lettre: Lettre
    titre: str
    """Celui de la lettre."""
    motif: str


async def resilier_contrat(
    commande: ResilierContrat, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Consigne la résiliation et dépose sa lettre; la fin du contrat est désormais l'effet.

    Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-17).
    """
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    lettre = commande.lettre
    resilie, fait = resilier(contrat, commande.effet, lettre, commande.motif, acte)
    await ports.contrats.enregistrer(resilie)
    await ports.pieces.ajouter(
        Piece.deposer(
            lettre.piece_id,
            contrat.organisme,
            GenrePiece.RESILIATION,
            titre=commande.titre,
            empreinte=lettre.empreinte,
            datee_le=lettre.datee_le,
            contrat_id=contrat.id,
            dossier_id=contrat.dossier_id,
            acte=acte,
        )
    )
    for repercussion in ports.repercussions:
        await repercussion.change(resilie.id, acte.le, acte)
    return Resultat(resilie, fait)
