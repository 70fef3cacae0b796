"""Ce qu'on peut demander aux mesures : rejouer, expliquer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from noyau import Acte, Introuvable, Resultat
from sla.fiches.domaine import Fiche
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import rejouer_lot
from sla.mesures.ports import Ports

LOT = 500
"""Demandes rejouées au plus par transaction hors de la réception : elle reste courte."""
ABSENTE = "Aucune mesure de cette demande n'est connue."


@dataclass(frozen=True, slots=True, kw_only=True)
class RejouerMesures:
    """Au plus `limite` demandes à la fois."""

    limite: int = LOT


async def rejouer_mesures(commande: RejouerMesures, ports: Ports, _acte: Acte) -> Resultat[int]:
    """Rejoue un lot de demandes marquées (SLA-3). Rend combien; zéro : il ne reste rien."""
    return Resultat(await _rejouer_marquees(ports, commande.limite))


@dataclass(frozen=True, slots=True)
class Rejeu:
    """Le rejeu, tel que les fiches et les histoires l'attendent d'une aire plus haute."""

    ports: Ports

    async def des_demandes(self, demandes: Collection[UUID]) -> None:
        """Rejoue l'histoire entière de ces demandes et remplace leurs mesures (SLA-3)."""
        await _rejouer(demandes, self.ports)

    async def des_fiches(self, versions: Sequence[Fiche]) -> int:
        """Marque les demandes dont le jour J0 tombe sous l'une des fiches, et les rejoue (SLA-3).

        Un premier lot est rejoué sur-le-champ, ce qui suffit d'ordinaire; le reste demeure marqué,
        et la tâche de rejeu l'achève.
        """
        await self.ports.mesures.marquer(versions)
        return await _rejouer_marquees(self.ports, LOT)


async def expliquer_demande(demande_id: UUID, ports: Ports, *, au: datetime) -> Explication:
    """L'explication d'un verdict, rejoué de l'histoire (SLA-3); lève `Introuvable`."""
    histoires = await ports.histoires.charger([demande_id])
    if not histoires:
        raise Introuvable(ABSENTE)
    return expliquer(histoires[0], await ports.fiches.toutes(), ports.calendrier, au=au)


async def _rejouer_marquees(ports: Ports, limite: int) -> int:
    marquees = await ports.mesures.a_rejouer(ports.calendrier.version.version, limite)
    await _rejouer(marquees, ports)
    return len(marquees)


async def _rejouer(demandes: Collection[UUID], ports: Ports) -> None:
    if not demandes:
        return
    await ports.fiches.tenir()
    await ports.histoires.tenir(demandes)
    fiches = await ports.fiches.toutes()
    histoires = await ports.histoires.charger(demandes)
    await ports.mesures.enregistrer(rejouer_lot(histoires, fiches, ports.calendrier))
