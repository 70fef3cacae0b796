"""Le calendrier qui juge."""

from functools import cache

from calendrier import Calendrier, lire_versions


@cache
def calendrier_applique() -> Calendrier:
    """La dernière version livrée : elle contient toutes les décisions du gouvernement."""
    return Calendrier.depuis(lire_versions()[-1])
