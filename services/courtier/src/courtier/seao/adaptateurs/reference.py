"""Ce qui se lit une fois, au démarrage : le profil du SEAO."""

from functools import cache

from pydantic import TypeAdapter

from courtier.base import lire_donnees
from courtier.seao.domaine.profil import Profil

_PROFIL = TypeAdapter(Profil)


@cache
def lire_profil() -> Profil:
    """Lève `ValueError` d'un fichier incomplet, au départ du service."""
    return _PROFIL.validate_python(lire_donnees("seao.toml"))
