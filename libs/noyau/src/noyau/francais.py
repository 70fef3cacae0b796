"""L'élision : ce qui s'écrit devant une voyelle n'est pas ce qui s'écrit devant une consonne."""

import unicodedata
from types import MappingProxyType
from typing import Final

_ELIDES: Final = MappingProxyType({"de": "d'", "le": "l'", "la": "l'", "que": "qu'"})
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
_SANS_ELISION: Final = ("onz", "oui", "ouistiti", "uhlan", "ulul")
"""Ce qui commence par une voyelle et n'élide pas."""
_H_MUETS: Final = (
    *("habi", "haleine", "harmon", "hebdo", "heberg", "hebert", "hectare", "helen", "helio"),
    *("henri", "herit", "hermine", "heure", "hilaire", "hippolyte", "histoire", "hiver", "homme"),
    *("honneur", "honor", "hopita", "horaire", "horizon", "horloge", "horten", "hospi", "hote"),
    *("hubert", "hugues", "huile", "huiss", "huma", "humid", "hyacinthe", "hydro", "hygien"),
    *("hypo",),
)
"""Les h muets que portent nos mots et les noms d'ici; les autres sont tenus pour aspirés."""


def elider(mot: str, suivant: str) -> str:
    """« d'Émilie », « de Marc », « l'hôpital », « d'août 2026 » : le mot et ce qui le suit.

    `mot` : « de », « le », « la » ou « que »; lève `KeyError` pour un autre.
    """
    elide = _ELIDES[mot]
    return f"{elide}{suivant}" if _commence_par_une_voyelle(suivant) else f"{mot} {suivant}"


def _commence_par_une_voyelle(texte: str) -> bool:
    nu = unicodedata.normalize("NFD", texte.lower().translate(_LIGATURES))
    nu = "".join(c for c in nu if not unicodedata.combining(c))
    if nu.startswith("h"):
        return nu.startswith(_H_MUETS)
    if nu.startswith("y"):  # « d'Yves », mais « de Yolande »
        return nu[1:2].isalpha() and nu[1] not in "aeiou"
    return nu[:1] in tuple("aeiou") and not nu.startswith(_SANS_ELISION)
