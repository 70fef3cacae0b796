"""Le format d'une réponse, selon l'en-tête Accept (RFC 9110, § 12.5.1)."""

from collections.abc import Mapping, Sequence

from socle.serveur.choix import poids_de
from socle.web.problemes import Probleme


def format_prefere(accept: str, offerts: Sequence[str]) -> str:
    """Le format préféré de l'appelant parmi ceux offerts; à égalité, le premier offert.

    Lève `Probleme` 406 si aucun ne convient.
    """
    poids = poids_de(accept or "*/*")
    meilleur = max(offerts, key=lambda offert: _poids(offert, poids))
    if _poids(meilleur, poids) <= 0:
        raise Probleme(406, f"Formats offerts : {', '.join(offerts)}.", Vary="Accept")
    return meilleur


def _poids(offert: str, poids: Mapping[str, float]) -> float:
    """Le plus précis l'emporte : `text/csv`, puis `text/*`, puis `*/*`."""
    famille = f"{offert.partition('/')[0]}/*"
    return next((poids[m] for m in (offert, famille, "*/*") if m in poids), 0.0)
