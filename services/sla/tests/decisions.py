"""Ce que des personnes décident d'une mesure, pour les essais du domaine."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from noyau import Acte, Acteur
from services.sla.tests.builders import ESPACE, sept
from sla.exclusions.domaine.contestations import Contestation, Etat, Objet
from sla.exclusions.domaine.exclusions import Exclusion
from sla.mesures.domaine.verdict import Mesure


def acte(sujet: str = "decideuse", jour: int = 20) -> Acte:
    """Un acte posé par cette personne ce jour de septembre."""
    return Acte(acteur=Acteur(sujet), le=sept(jour))


def exclusion(mesure: Mesure, nom: str = "verglas", **champs: Any) -> Exclusion:
    """Une force majeure invoquée sur cette mesure."""
    valeurs: dict[str, Any] = {
        "id": uuid5(ESPACE, nom),
        "organisme": mesure.organisme,
        "mesure_id": mesure.id,
        "sujet": mesure.sujet.sorte,
        "sujet_id": mesure.sujet.id,
        "fiche": mesure.regime.fiche,
        "indicateur": mesure.regime.indicateur.code,
        "condition": "force_majeure",
        "libelle": "Force majeure",
        "motif": "Le verglas a fermé l'entrepôt.",
        "preuve": "Avis 2026-114",
        "empreinte": None,
        "prononcee_le": sept(19),
        "prononcee_par": "mesureuse",
        **champs,
    }
    return Exclusion(**valeurs)


def contestation(objet: Objet, objet_id: UUID, **champs: Any) -> Contestation:
    """Une contestation ouverte par le gestionnaire de MTQ."""
    valeurs: dict[str, Any] = {
        "id": uuid5(ESPACE, f"{objet}{objet_id}{champs.get('condition')}"),
        "organisme": "MTQ",
        "objet": objet,
        "objet_id": objet_id,
        "condition": None,
        "sujet": "demande",
        "sujet_id": "d",
        "motif": "Rien n'attendait notre réponse.",
        "fait_nouveau": None,
        "preuve": None,
        "empreinte": None,
        "ouverte_le": sept(18),
        "ouverte_par": "gestionnaire",
        "decideur": None,
        **champs,
    }
    return Contestation(**valeurs)


def acceptee(objet: Objet, objet_id: UUID, **champs: Any) -> Contestation:
    """La même, acceptée par le MCN."""
    return contestation(objet, objet_id, **champs).trancher(Etat.ACCEPTEE, "Vérifié.", acte())


def ecartant(actes: Iterable[UUID], organisme: str = "MTQ") -> list[Contestation]:
    """Les contestations acceptées qui écartent ces suspensions."""
    return [acceptee(Objet.SUSPENSION, un, organisme=organisme) for un in actes]
