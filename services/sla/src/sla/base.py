"""Ce que les aires partagent : les métadonnées des tables, les verrous, qui lit."""

import tomllib
from importlib.resources import files
from typing import Any, Final

from sqlalchemy import DateTime, MetaData, Table, tuple_
from sqlalchemy.dialects.postgresql import Insert

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)

VERROU_FICHES, VERROU_AGREGAT, VERROU_SUJET, VERROU_COMPTES = 5101, 5102, 5103, 5104
"""Les espaces de noms de nos verrous consultatifs, dans l'ordre où ils se prennent.

Le dernier est celui du déclencheur qui compte les mesures.
"""
VERROU_INDISPONIBILITES = 5105
"""Deux actes sur des indisponibilités se suivent; il se prend après celui des fiches."""
VERROU_SIGNALEMENTS = 5107
"""Deux signalements d'un même organisme se suivent; qui le prend n'en prend pas d'autre."""
VERROU_CONTESTATIONS = 5106
"""Ce qu'un organisme conteste et ce qu'on exclut de ses mesures se suivent.

Il se prend après la ligne de l'exclusion ou de la contestation, et avant celui des fiches.
"""


def remplacer(table: Table, ajout: Insert) -> Insert:
    """Ajoute, ou remplace ce qui a changé : d'un rejeu, d'ordinaire, presque rien."""
    autres = [c for c in table.columns if not c.primary_key]
    nouvelles = [ajout.excluded[c.name] for c in autres]
    return ajout.on_conflict_do_update(
        constraint=table.primary_key,
        set_=dict(zip((c.name for c in autres), nouvelles, strict=True)),
        where=tuple_(*autres).is_distinct_from(tuple_(*nouvelles)),
    )


VERROU_RAPPORTS: Final = 5110
"""Celui des rapports d'un mois, qui ne se demandent qu'une fois à la fois."""

LECTEURS: Final = (
    "gestionnaire", "signataire", "mesure", "agent-csc", "facturation",
    "admin", "portail", "integration",
)  # fmt: skip
"""Qui lit les niveaux de service : un organisme, les siens; le MCN, tous."""

MCN: Final = ("mesure", "admin")
"""Qui constate et décide au MCN."""


def lire_donnees(nom: str) -> dict[str, Any]:
    """Ce que dit un fichier de `donnees`, livré avec le service."""
    texte = files("sla").joinpath("donnees", nom).read_text(encoding="utf-8")
    return tomllib.loads(texte)
