"""Un exemple de chaque forme de texte, lu du document OpenAPI : la faute le montre."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI

from socle.validation import MOTIF


def exemples_de(application: FastAPI, fautes: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Un exemple par motif du document, s'il y a là une faute de forme; calculé une fois."""
    if not any(faute["type"] == MOTIF for faute in fautes):
        return {}
    connus: dict[str, str] | None = getattr(application.state, "exemples", None)
    if connus is None:
        # Le premier exemple d'un motif suffit : la paire se lit dans l'ordre du document.
        connus = {}
        for motif, exemple in exemples_des_motifs(application.openapi()):
            connus.setdefault(motif, exemple)
        application.state.exemples = connus
    return connus


def exemples_des_motifs(document: object, autour: object = None) -> Iterator[tuple[str, str]]:
    """Chaque motif du document, et l'exemple dit avec lui ou autour de lui."""
    if isinstance(document, list):
        for partie in document:
            yield from exemples_des_motifs(partie, autour)
    elif isinstance(document, dict):
        dits = document.get("examples") or [document.get("example")]
        exemple = dits[0] if isinstance(dits, list) and isinstance(dits[0], str) else autour
        if isinstance(motif := document.get("pattern"), str) and isinstance(exemple, str):
            yield motif, exemple
        for nom, partie in document.items():
            # D'une liste d'objets, l'exemple du tout n'est pas celui de la partie.
            yield from exemples_des_motifs(partie, exemple if nom in _MEME_VALEUR else None)


_MEME_VALEUR = frozenset({"anyOf", "allOf", "oneOf", "schema"})
