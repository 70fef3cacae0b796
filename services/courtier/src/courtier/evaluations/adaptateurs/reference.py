"""Ce qui se lit une fois, au démarrage : les critères de l'évaluation annuelle, datés."""

from datetime import date

from pydantic import TypeAdapter

from courtier.base import lire_donnees
from courtier.evaluations.domaine.criteres import CritereEvalue, CriteresDates

_VERSIONS = TypeAdapter(dict[date, tuple[CritereEvalue, ...]])


def lire_criteres() -> CriteresDates:
    """Lève `ValueError` d'un fichier incomplet, au départ du service."""
    versions = lire_donnees("evaluations.toml")["versions"]
    dites = {version["debut"]: version["criteres"] for version in versions}
    return CriteresDates.de(_VERSIONS.validate_python(dites))
