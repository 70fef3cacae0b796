"""Ce qu'on peut demander de l'accès au Catalogue et de sa liste de diffusion (CI-11, CI-12).

Tout acte sur un compte ou une inscription lève aussi `VersionPerimee`.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.acces.domaine import Admissibilite, Compte, DecisionCompte, Inscription
from courtier.acces.ports import Ports
from courtier.organismes.ports import le_sien
from noyau import Acte, Resultat, exiger_une_personne, jour_de_quebec

# Comptes


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderCompte:
    """La personne demande pour elle-même, dans son organisme."""

    compte_id: UUID
    organisme: str
    motif: str


async def demander_compte(commande: DemanderCompte, ports: Ports, acte: Acte) -> Resultat[Compte]:
    """Lève `Introuvable` (DEM-8), `Interdit` (CI-11 : machine, organisme exclu), `Conflit`."""
    exiger_une_personne(acte.acteur, "CI-11")
    await _exiger_admissible(commande.organisme, ports, acte)
    compte = Compte(
        id=commande.compte_id,
        version=1,
        organisme=commande.organisme,
        sujet=acte.acteur.sujet,
        motif=commande.motif,
        demande_le=acte.le,
    )
    await ports.comptes.ajouter(compte)
    return Resultat(compte)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrancherCompte:
    """Le compte, ce que le Courtier décide, et pourquoi."""

    compte_id: UUID
    decision: DecisionCompte
    motif: str


async def trancher_compte(commande: TrancherCompte, ports: Ports, acte: Acte) -> Resultat[Compte]:
    """Lève `Introuvable`, `TransitionImpossible`, `Interdit` ou `Conflit` (CI-11, DEM-14)."""
    compte = acte.sur(await ports.comptes.charger(commande.compte_id))
    tranche = compte.trancher(commande.decision, commande.motif, acte)
    if commande.decision is DecisionCompte.ACCORDEE:
        await _exiger_admissible(compte.organisme, ports, acte)
    await ports.comptes.enregistrer(tranche)
    return Resultat(tranche)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirerCompte:
    """Le compte à retirer, et pourquoi."""

    compte_id: UUID
    motif: str


async def retirer_compte(commande: RetirerCompte, ports: Ports, acte: Acte) -> Resultat[Compte]:
    """Retire aussi la personne de la liste de diffusion.

    Lève `Introuvable` ou `TransitionImpossible` (CI-11).
    """
    compte = acte.sur(await ports.comptes.charger(commande.compte_id))
    retire = compte.retirer(commande.motif, acte)
    await ports.comptes.enregistrer(retire)
    inscription = await ports.inscriptions.active(compte.organisme, compte.sujet)
    if inscription is not None:
        await ports.inscriptions.enregistrer(inscription.retirer(acte))
    return Resultat(retire)


# Admissibilité


@dataclass(frozen=True, slots=True, kw_only=True)
class DeciderAdmissibilite:
    """L'organisme, s'il est admissible à compter de ce jour de Québec, et pourquoi."""

    admissibilite_id: UUID
    organisme: str
    admissible: bool
    debut: date
    motif: str


async def decider_admissibilite(
    commande: DeciderAdmissibilite, ports: Ports, acte: Acte
) -> Resultat[Admissibilite]:
    """Lève `Introuvable` (DEM-8) si l'organisme n'est pas inscrit, ou `Conflit` (CI-11)."""
    organisme = await ports.organismes.lire(commande.organisme)
    decision = (await ports.admissibilites.charger(organisme.code)).decider(
        commande.admissibilite_id,
        organisme.code,
        admissible=commande.admissible,
        debut=commande.debut,
        motif=commande.motif,
        acte=acte,
    )
    await ports.admissibilites.ajouter(decision)
    return Resultat(decision)


# Liste de diffusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Inscrire:
    """La personne et l'adresse où l'aviser."""

    inscription_id: UUID
    organisme: str
    courriel: str


async def inscrire(commande: Inscrire, ports: Ports, acte: Acte) -> Resultat[Inscription]:
    """Lève `Interdit` (CI-11) sans compte accordé, ou `Conflit` (CI-12) si elle y est déjà."""
    exiger_une_personne(acte.acteur, "CI-12")
    droit = await ports.droits.droit(commande.organisme, acte.acteur.sujet)
    droit.exiger(jour_de_quebec(acte.le))
    inscription = Inscription(
        id=commande.inscription_id,
        version=1,
        organisme=commande.organisme,
        sujet=acte.acteur.sujet,
        courriel=commande.courriel,
        inscrite_le=acte.le,
    )
    await ports.inscriptions.ajouter(inscription)
    return Resultat(inscription)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desinscrire:
    """L'inscription à retirer."""

    inscription_id: UUID


async def desinscrire(commande: Desinscrire, ports: Ports, acte: Acte) -> Resultat[Inscription]:
    """Lève `Introuvable` si ce n'est pas la sienne, ou `TransitionImpossible` (CI-12)."""
    inscription = await ports.inscriptions.charger(commande.inscription_id)
    inscription.exiger_la_sienne(acte.acteur)
    retiree = acte.sur(inscription).retirer(acte)
    await ports.inscriptions.enregistrer(retiree)
    return Resultat(retiree)


async def _exiger_admissible(organisme: str, ports: Ports, acte: Acte) -> None:
    client = await le_sien(ports.organismes, organisme)
    client.exiger_actif(acte.le)
    admissibilites = await ports.admissibilites.charger(organisme)
    admissibilites.exiger(jour_de_quebec(acte.le))
