"""Lignes ↔ objets des disponibilités."""

from datetime import datetime
from typing import Any

from noyau import debut_du_jour, en_utc, jour_de_quebec
from sla.disponibilites.domaine.alarmes import Connue
from sla.disponibilites.domaine.indisponibilites import (
    ActePose,
    Geste,
    Indisponibilite,
    Nature,
    Portee,
    Source,
)
from sla.disponibilites.domaine.minutes import Minutes
from sla.disponibilites.domaine.services import ActeService, Clientele
from sla.disponibilites.domaine.signalements import EtatSignalement, Signalement
from sla.disponibilites.ports import Inactivites, Inscription
from socle.bd.conversion import colonnes, objet
from socle.bd.instructions import Ligne

_DU_CONSTAT = ("service", "nature", "portee", "organismes", "sites", "debut", "fin")


def indisponibilite(ligne: Ligne) -> Indisponibilite:
    """L'indisponibilité d'une ligne."""
    return objet(
        Indisponibilite,
        ligne,
        nature=Nature(ligne.nature),
        portee=Portee(ligne.portee),
        source=Source(ligne.source),
    )


def ligne_d_indisponibilite(i: Indisponibilite) -> dict[str, Any]:
    """Ses colonnes."""
    return {**colonnes(i), "organismes": list(i.organismes), "sites": list(i.sites)}


def ligne_d_acte(acte: ActePose) -> dict[str, Any]:
    """Les colonnes d'un acte : qui, pourquoi, et ce qu'il dit désormais."""
    dite = ligne_d_indisponibilite(acte.indisponibilite)
    return {
        "id": dite["id"],
        "rang": dite["version"],
        "geste": acte.geste,
        "motif": acte.motif,
        "auteur": acte.auteur,
        "le": acte.le,
        "fait_nouveau": acte.fait_nouveau,
        **{nom: dite[nom] for nom in _DU_CONSTAT},
    }


def acte(ligne: Ligne) -> ActePose:
    """L'acte d'une ligne, et ce qu'il a fait de l'indisponibilité."""
    return objet(ActePose, ligne, indisponibilite=indisponibilite(ligne), geste=Geste(ligne.geste))


def connue(ligne: Ligne) -> Connue:
    """L'indisponibilité d'une ligne, née d'une alarme, et ce que disent ses actes."""
    return Connue(
        indisponibilite=indisponibilite(ligne),
        debut=ligne.dit_debut,
        constatee_le=ligne.constatee_le,
        plus_tot=ligne.plus_tot,
    )


def ligne_d_acte_de_service(acte: ActeService) -> dict[str, Any]:
    """Les colonnes d'un acte : qui, pourquoi, ce que le service était et ce qu'il devient."""
    avant, apres = acte.avant, acte.apres
    return {
        "service": apres.code,
        "rang": apres.version,
        "libelle_avant": avant.libelle,
        "debut_avant": avant.debut,
        "fin_avant": avant.fin,
        "libelle": apres.libelle,
        "debut": apres.debut,
        "fin": apres.fin,
        "motif": acte.motif,
        "auteur": acte.auteur,
        "le": acte.le,
    }


def signalement(ligne: Ligne) -> Signalement:
    """Le signalement d'une ligne."""
    return objet(Signalement, ligne, etat=EtatSignalement(ligne.etat))


def ligne_de_signalement(s: Signalement) -> dict[str, Any]:
    """Ses colonnes."""
    return {**colonnes(s), "sites": list(s.sites)}


def ligne_d_inscription(i: Inscription) -> dict[str, Any]:
    """Ses colonnes."""
    return {**colonnes(i), "inscrit_le": jour_de_quebec(i.inscrit_a)}


def clientele(ligne: Ligne) -> Clientele:
    """Quand l'organisme d'une ligne est client; d'un jour sans heure, depuis minuit."""
    depuis = ligne.inscrit_a or debut_du_jour(ligne.inscrit_le)
    return Clientele(ligne.organisme, depuis, inactivites(ligne.inactivites or []))


def ligne_d_inactivites(i: Inactivites) -> dict[str, Any]:
    """Ses colonnes; les instants s'écrivent en texte."""
    ecrites = [[d.isoformat(), f and f.isoformat()] for d, f in i.inactivites]
    return {**colonnes(i), "inactivites": ecrites}


def inactivites(document: list[list[str | None]]) -> tuple[tuple[datetime, datetime | None], ...]:
    """Les temps d'un document."""
    return tuple((_instant(debut), fin and _instant(fin)) for debut, fin in document)  # type: ignore[misc]


def _instant(texte: str | None) -> datetime:
    return en_utc(datetime.fromisoformat(str(texte)))


def ligne_de_minutes(m: Minutes) -> dict[str, Any]:
    """Ses colonnes."""
    return {
        **colonnes(m),
        "id": m.id,
        "periode": str(m.periode),
        "exercice": m.periode.exercice,
    }
