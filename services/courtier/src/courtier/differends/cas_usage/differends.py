"""Ouvrir, répondre, signaler et fermer un différend (CI-21)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.differends.domaine.differends import Denouement, Differend, NatureDifferend, Partie
from courtier.differends.ports import Ports
from noyau import Acte, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Ouvrir:
    """Ce qui oppose l'organisme et son fournisseur."""

    differend_id: UUID
    contrat_id: UUID
    nature: NatureDifferend
    objet: str
    texte: str
    survenu_le: date


async def ouvrir(commande: Ouvrir, ports: Ports, acte: Acte) -> Resultat[Differend]:
    """Le contrat verrouillé, un second différend se sait répété.

    Lève `Introuvable`, `Interdit`, ou `Conflit` : contrat non conclu, jour hors d'ordre.
    """
    contrat = await ports.contrats.tenir(commande.contrat_id)
    differend = Differend.ouvrir(
        commande.differend_id,
        contrat,
        nature=commande.nature,
        objet=commande.objet,
        texte=commande.texte,
        survenu_le=commande.survenu_le,
        deja=await ports.differends.compter(contrat.id),
        normes=ports.normes.le(jour_de_quebec(acte.le)).differends,
        acte=acte,
    )
    await ports.differends.ajouter(differend)
    return Resultat(differend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repondre:
    """Ce qu'une partie dit; du fournisseur, l'organisme l'inscrit."""

    differend_id: UUID
    partie: Partie
    le: date
    texte: str


async def repondre(commande: Repondre, ports: Ports, acte: Acte) -> Resultat[Differend]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible` ou `Conflit`."""
    differend = acte.sur(await ports.differends.charger(commande.differend_id))
    repondu = differend.repondre(commande.partie, commande.le, commande.texte, acte)
    await ports.differends.enregistrer(repondu)
    return Resultat(repondu)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signaler:
    """Le différend que l'organisme signale sans attendre."""

    differend_id: UUID


async def signaler(commande: Signaler, ports: Ports, acte: Acte) -> Resultat[Differend]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` s'il l'est déjà."""
    differend = acte.sur(await ports.differends.charger(commande.differend_id))
    signale = differend.signaler(acte)
    await ports.differends.enregistrer(signale)
    return Resultat(signale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fermer:
    """Comment il finit, et pourquoi."""

    differend_id: UUID
    denouement: Denouement
    motif: str


async def fermer(commande: Fermer, ports: Ports, acte: Acte) -> Resultat[Differend]:
    """Lève `Introuvable`, `Interdit` ou `TransitionImpossible`."""
    differend = acte.sur(await ports.differends.charger(commande.differend_id))
    ferme = differend.fermer(commande.denouement, commande.motif, acte)
    await ports.differends.enregistrer(ferme)
    return Resultat(ferme)
