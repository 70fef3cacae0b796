"""Ce qui se lit une fois, au démarrage : les normes livrées avec le service, datées."""

from datetime import date

from pydantic import TypeAdapter

from courtier.base import lire_donnees
from courtier.normes.domaine import Normes, NormesDatees

_VERSIONS = TypeAdapter(dict[date, Normes])


def lire_normes() -> NormesDatees:
    """Lève `ValueError` d'un fichier incomplet, au départ du service."""
    versions = lire_donnees("normes.toml")["versions"]
    return NormesDatees.de(_VERSIONS.validate_python({v.pop("debut"): v for v in versions}))
