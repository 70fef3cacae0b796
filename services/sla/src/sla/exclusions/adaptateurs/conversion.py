"""Lignes ↔ exclusions, contestations, et ce qui les finit."""

from typing import Any

from sla.exclusions.domaine.contestations import Contestation, Decision, Etat, Objet
from sla.exclusions.domaine.exclusions import Annulation, Exclusion
from socle.bd.conversion import colonnes, objet
from socle.bd.instructions import Ligne


def ligne_d_exclusion(exclusion: Exclusion) -> dict[str, Any]:
    """Les colonnes d'une exclusion, sans ce qui l'annule."""
    return {nom: v for nom, v in colonnes(exclusion).items() if nom != "annulation"}


def exclusion(ligne: Ligne, annulee: Ligne | None) -> Exclusion:
    """L'exclusion, et son annulation s'il y en a une."""
    return objet(
        Exclusion, ligne, annulation=None if annulee is None else objet(Annulation, annulee)
    )


def ligne_de_contestation(contestation: Contestation) -> dict[str, Any]:
    """Les colonnes d'une contestation, sans ce qui la finit."""
    valeurs = {nom: v for nom, v in colonnes(contestation).items() if nom != "decision"}
    return {**valeurs, "objet": contestation.objet.value}


def ligne_de_decision(contestation: Contestation, decision: Decision) -> dict[str, Any]:
    """Les colonnes de ce qui finit une contestation."""
    cle = {"contestation_id": contestation.id, "organisme": contestation.organisme}
    return {**cle, **colonnes(decision), "etat": decision.etat.value}


def contestation(ligne: Ligne, decidee: Ligne | None) -> Contestation:
    """La contestation, et ce qui la finit s'il y a lieu."""
    decision = None if decidee is None else objet(Decision, decidee, etat=Etat(decidee.etat))
    return objet(Contestation, ligne, objet=Objet(ligne.objet), decision=decision)


def jointe(ligne: Ligne) -> Contestation:
    """La contestation d'une ligne jointe à ce qui la finit, s'il y a lieu."""
    decision = None
    if ligne.etat is not None:
        decision = objet(Decision, ligne, etat=Etat(ligne.etat), motif=ligne.motif_decision)
    return objet(Contestation, ligne, objet=Objet(ligne.objet), decision=decision)
