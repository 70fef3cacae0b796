"""Les années de l'audit : la suivante s'ouvre d'avance; une année passée et oubliée se retire.

Le rôle n'a aucun droit sur le schéma : deux fonctions de la base le font pour lui, et ne peuvent
rien d'autre. Aucune n'attend un verrou plus d'une seconde; ce qui n'a pu se faire se refera.
"""

from typing import Final

import structlog

from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction

journal = structlog.get_logger()

CADENCE: Final = 3_600.0
"""Secondes : l'année s'ouvre un an d'avance, rien ne presse."""


async def entretenir_annees(moteur: Moteur) -> int:
    """Ouvre les années qui manquent jusqu'à l'an prochain, en retire une; rend leur nombre.

    La table par défaut se relit pour en tirer les lignes d'une année neuve : trop grosse, on le dit
    et l'on n'y touche pas; elle continue de recueillir.
    """
    async with transaction(moteur, INTERNE) as connexion:
        ouvertes: int = await connexion.pilote.fetchval("SELECT socle_ouvrir_annees()")
    async with transaction(moteur, INTERNE) as connexion:
        retirees: int = await connexion.pilote.fetchval("SELECT socle_retirer_annees()")
    if ouvertes < 0:
        journal.warning("audit.annee_a_ouvrir", raison="socle_audit_defaut est trop grosse")
    elif ouvertes or retirees:
        journal.info("audit.annees", ouvertes=ouvertes, retirees=retirees)
    return max(ouvertes, 0) + retirees
