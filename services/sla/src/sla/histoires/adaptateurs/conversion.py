"""Épisode ↔ ligne de `histoires`, rectification ↔ ligne de `rectifications`."""

from typing import Any
from uuid import UUID

from sla.histoires.domaine import (
    Creation,
    Episode,
    EpisodeDe,
    Livraison,
    Nature,
    Rectification,
    RectificationDe,
)
from socle.bd.conversion import Ligne


def ligne_d_episode(arrive: EpisodeDe) -> dict[str, object]:
    """Les colonnes d'un épisode et de la demande à qui il arrive."""
    episode = arrive.episode
    return {
        "demande_id": arrive.demande_id,
        "organisme": arrive.organisme,
        "evenement_id": episode.evenement_id,
        "nature": episode.nature,
        "survenu_le": episode.survenu_le,
        "enregistre_le": episode.enregistre_le,
        # orjson écrit les dataclasses : `asdict` en ferait une copie profonde, pour rien.
        "donnees": {
            "creation": episode.creation,
            "livraison": episode.livraison,
            "attendues": episode.attendues,
        },
    }


def episode(ligne: Ligne) -> Episode:
    """L'épisode d'une ligne de `histoires`."""
    donnees = ligne.donnees
    creation, livraison = donnees["creation"], donnees["livraison"]
    return Episode(
        evenement_id=ligne.evenement_id,
        nature=Nature(ligne.nature),
        survenu_le=ligne.survenu_le,
        enregistre_le=ligne.enregistre_le,
        creation=Creation(**creation) if creation else None,
        livraison=_livraison(livraison) if livraison else None,
        attendues=tuple(map(_livraison, donnees["attendues"])),
    )


def ligne_de_rectification(recue: RectificationDe) -> dict[str, object]:
    """Les colonnes d'une rectification et de la demande qu'elle touche."""
    rectification = recue.rectification
    return {
        "demande_id": recue.demande_id,
        "organisme": recue.organisme,
        "acte_id": rectification.acte_id,
        "rang": rectification.rang,
        "survenu_le": rectification.survenu_le,
    }


def rectification(ligne: Ligne) -> Rectification:
    """La rectification jointe à la ligne de son épisode."""
    return Rectification(acte_id=ligne.evenement_id, survenu_le=ligne.rectifie_le, rang=ligne.rang)


def _livraison(document: dict[str, Any]) -> Livraison:
    return Livraison(UUID(document["article_id"]), document["evenement"])
