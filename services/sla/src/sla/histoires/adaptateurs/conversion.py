"""Épisode ↔ ligne de `histoires` : des colonnes simples et un document JSON."""

from typing import Any
from uuid import UUID

from sla.histoires.domaine import Creation, Episode, EpisodeDe, Livraison, Nature
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
        "sequence": episode.sequence,
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
        sequence=ligne.sequence,
        creation=Creation(**creation) if creation else None,
        livraison=_livraison(livraison) if livraison else None,
        attendues=tuple(map(_livraison, donnees["attendues"])),
    )


def _livraison(document: dict[str, Any]) -> Livraison:
    return Livraison(UUID(document["article_id"]), document["evenement"])
