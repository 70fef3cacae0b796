"""Épisode ↔ ligne de `histoires`, rectification ↔ ligne de `rectifications`."""

from sla.histoires.domaine import Attendue, Episode, EpisodeDe, Rectification, RectificationDe
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne


def ligne_d_episode(arrive: EpisodeDe) -> dict[str, object]:
    """Les colonnes d'un épisode et du sujet à qui il arrive."""
    episode = arrive.episode
    return {
        "sujet": arrive.sujet.sorte,
        "sujet_id": arrive.sujet.id,
        "organisme": arrive.organisme,
        "acte_id": episode.acte_id,
        "type": episode.type,
        "survenu_le": episode.survenu_le,
        "enregistre_le": episode.enregistre_le,
        "faits": episode.faits,
        # orjson écrit les dataclasses : `asdict` en ferait une copie profonde, pour rien.
        "attendues": episode.attendues,
        "origine_sorte": arrive.origine and arrive.origine.sorte,
        "origine_id": arrive.origine and arrive.origine.id,
    }


def episode(ligne: Ligne) -> Episode:
    """L'épisode d'une ligne de `histoires`."""
    return Episode(
        acte_id=ligne.acte_id,
        type=ligne.type,
        survenu_le=ligne.survenu_le,
        enregistre_le=ligne.enregistre_le,
        faits=ligne.faits,
        attendues=tuple(Attendue(**document) for document in ligne.attendues),
    )


def ligne_de_rectification(recue: RectificationDe) -> dict[str, object]:
    """Les colonnes d'une rectification."""
    return {
        **colonnes(recue.rectification),
        "organisme": recue.organisme,
        "enregistre_le": recue.enregistre_le,
    }


def rectification(ligne: Ligne) -> Rectification:
    """La rectification jointe à la ligne de son épisode."""
    return Rectification(acte_id=ligne.acte_id, survenu_le=ligne.rectifie_le, rang=ligne.rang)
