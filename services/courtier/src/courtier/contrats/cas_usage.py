"""Ce qu'on peut faire d'un contrat spécifique, de sa préparation à sa copie (CI-14 à CI-17).

Tout acte sur un contrat lève aussi `VersionPerimee` s'il a changé depuis que l'appelant l'a lu.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.termes import Besoin, Documents
from courtier.contrats.ports import Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerContrat:
    """Le client, son besoin, et les empreintes des documents préparés."""

    contrat_id: UUID
    organisme: str
    entente_id: UUID
    besoin: Besoin
    documents: Documents
    dossier_id: UUID | None = None
    imputation: str | None = None


async def preparer_contrat(
    commande: PreparerContrat, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui.

    Lève `Introuvable` (organisme, entente-cadre, offre) ou `Conflit` (CI-14, CI-16, CI-17, DEM-14).
    """
    await _exiger_client_actif(commande.organisme, ports, acte)
    contrat, fait = Contrat.preparer(
        commande.contrat_id,
        commande.organisme,
        entente=await ports.catalogue.entente(commande.entente_id),
        catalogue=await ports.catalogue.offres(commande.besoin.voulu),
        besoin=commande.besoin,
        documents=commande.documents,
        dossier_id=commande.dossier_id,
        imputation=commande.imputation,
        acte=acte,
    )
    await ports.contrats.ajouter(contrat)
    return Resultat(contrat, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparerDeNouveau:
    """Le besoin et les documents revus; l'organisme et l'entente-cadre ne changent pas."""

    contrat_id: UUID
    besoin: Besoin
    documents: Documents


async def preparer_de_nouveau(
    commande: PreparerDeNouveau, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Fige les prix publiés qui valent aujourd'hui; le client valide de nouveau (CI-15).

    Lève `Introuvable`, `TransitionImpossible` ou `Conflit` (CI-14, CI-16, CI-17, DEM-14).
    """
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    await _exiger_client_actif(contrat.organisme, ports, acte)
    prepare, fait = contrat.preparer_de_nouveau(
        entente=await ports.catalogue.entente(contrat.entente_id),
        catalogue=await ports.catalogue.offres(commande.besoin.voulu),
        besoin=commande.besoin,
        documents=commande.documents,
        acte=acte,
    )
    await ports.contrats.enregistrer(prepare)
    return Resultat(prepare, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValiderContrat:
    """Le contrat que le client approuve."""

    contrat_id: UUID


async def valider_contrat(commande: ValiderContrat, ports: Ports, acte: Acte) -> Resultat[Contrat]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (DEM-14)."""
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    await _exiger_client_actif(contrat.organisme, ports, acte)
    valide, fait = contrat.valider(acte)
    await ports.contrats.enregistrer(valide)
    return Resultat(valide, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerParClient:
    """Les empreintes des documents signés; `engagement` absent : il n'a pas été signé."""

    contrat_id: UUID
    contrat: str
    annexe_modificative: str
    engagement: str | None


async def signer_par_client(
    commande: SignerParClient, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Revoit le mandat, les offres et les prix publiés le jour de l'acte, puis signe.

    Lève `Introuvable`, `TransitionImpossible`, `Interdit` (DEM-3, DEM-8, CI-16) ou `Conflit`
    (CI-14, CI-15, CI-16, DEM-14).
    """
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    await _exiger_client_actif(contrat.organisme, ports, acte)
    signe, fait = contrat.signer_par_client(
        contrat=commande.contrat,
        annexe_modificative=commande.annexe_modificative,
        engagement=commande.engagement,
        entente=await ports.catalogue.entente(contrat.entente_id),
        catalogue=await ports.catalogue.offres(contrat.termes.offres),
        registre=await ports.mandats.registre(contrat.organisme, acte.acteur.sujet),
        acte=acte,
    )
    await ports.contrats.enregistrer(signe)
    return Resultat(signe, fait)


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
    signe, fait = contrat.signer_par_fournisseur(
        signataire=commande.signataire,
        signe_le=commande.signe_le,
        contrat=commande.contrat,
        annexe_modificative=commande.annexe_modificative,
        entente=await ports.catalogue.entente(contrat.entente_id),
        calendrier=await ports.calendriers.applique(),
        acte=acte,
    )
    await ports.contrats.enregistrer(signe)
    for repercussion in ports.repercussions:
        await repercussion.conclu(signe.id, acte)
    return Resultat(signe, fait)


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
    return Resultat(transmis, fait)


async def _exiger_client_actif(organisme: str, ports: Ports, acte: Acte) -> None:
    """Inactif, l'organisme ne contracte plus; ce qu'il a signé se conclut encore (DEM-14)."""
    client = await ports.organismes.lire(organisme)
    client.exiger_actif(acte.le)
