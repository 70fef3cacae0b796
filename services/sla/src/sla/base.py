"""Ce que les aires partagent : les métadonnées des tables, les verrous, qui lit."""

import tomllib
from importlib.resources import files
from typing import Any, Final

from sqlalchemy import DateTime, MetaData

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)

VERROU_FICHES, VERROU_AGREGAT, VERROU_SUJET, VERROU_COMPTES = 5101, 5102, 5103, 5104
"""Les espaces de noms de nos verrous consultatifs, dans l'ordre où ils se prennent.

Le dernier est celui du déclencheur qui compte les mesures.
"""

VERROU_RAPPORTS: Final = 5110
"""Celui des rapports d'un mois, qui ne se demandent qu'une fois à la fois."""

LECTEURS: Final = (
    "gestionnaire", "signataire", "mesure", "agent-csc", "facturation",
    "admin", "portail", "integration",
)  # fmt: skip
"""Qui lit les niveaux de service : un organisme, les siens; le MCN, tous."""

MCN: Final = ("mesure", "admin")
"""Qui, au MCN, décide de ce qui se mesure."""


def lire_donnees(nom: str) -> dict[str, Any]:
    """Ce que dit un fichier de `donnees`, livré avec le service."""
    texte = files("sla").joinpath("donnees", nom).read_text(encoding="utf-8")
    return tomllib.loads(texte)
