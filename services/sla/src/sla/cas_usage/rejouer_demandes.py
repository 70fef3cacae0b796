"""Le rejeu des demandes : un seul, pour un fait reçu, une fiche publiée, un recalcul complet."""

from collections.abc import Collection
from uuid import UUID

from sla.cas_usage.ports import Depots
from sla.domaine.verdict import rejouer_lot

LOT = 500
"""Demandes rejouées au plus par transaction hors de la réception : elle reste courte."""


async def rejouer_demandes(demandes: Collection[UUID], depots: Depots) -> None:
    """Rejoue l'histoire entière de ces demandes et remplace leurs mesures (SLA-3)."""
    if not demandes:
        return
    await depots.histoires.verrouiller(demandes)
    fiches = await depots.fiches.toutes()
    histoires = await depots.histoires.charger(demandes)
    await depots.mesures.enregistrer(rejouer_lot(histoires, fiches, depots.calendrier))
