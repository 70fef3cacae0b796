"""Ce qui se lit une fois, au démarrage : jusqu'où un règlement remonte."""

from datetime import timedelta

from facturation.base import lire_donnees
from noyau import Chronologie, Version


def lire_anciennetes() -> Chronologie[timedelta]:
    """L'ancienneté permise d'un règlement, livrée avec le service, datée."""
    blocs = sorted(lire_donnees("seuils.toml")["reglements"], key=lambda bloc: bloc["debut"])
    return Chronologie.de(
        Version(rang, bloc["debut"], timedelta(days=bloc["anciennete_jours"]))
        for rang, bloc in enumerate(blocs)
    )
