"""Ce que les aires partagent : les métadonnées des tables, les verrous, qui lit."""

from typing import Final

from sqlalchemy import DateTime, MetaData

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)

VERROU_CONTESTATIONS, VERROU_FICHES, VERROU_AGREGAT, VERROU_SUJET = 5100, 5101, 5102, 5103
"""Les espaces de noms de nos verrous consultatifs, dans l'ordre où ils se prennent.

Le suivant, 5104, est celui du déclencheur qui compte les mesures.
"""

LECTEURS: Final = (
    "gestionnaire", "signataire", "mesure", "agent-csc", "facturation",
    "admin", "portail", "integration",
)  # fmt: skip
"""Qui lit les niveaux de service : un organisme, les siens; le MCN, tous."""

MCN: Final = ("mesure", "admin")
"""Qui, au MCN, décide de ce qui se mesure."""
