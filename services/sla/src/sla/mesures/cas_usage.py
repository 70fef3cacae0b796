"""Ce qu'on peut demander aux mesures : rejouer, expliquer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from noyau import Acte, Introuvable, Resultat
from sla.exclusions.domaine.decisions import SANS_DECISION
from sla.histoires.domaine import Sujet
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import rejouer, rejouer_lot
from sla.mesures.ports import Ports

LOT = 500
"""Sujets rejoués au plus par transaction hors de la réception : elle reste courte."""
ABSENTE = "Cette mesure n'est pas connue."


@dataclass(frozen=True, slots=True, kw_only=True)
class RejouerMesures:
    """Au plus `limite` sujets à la fois."""

    limite: int = LOT


async def rejouer_mesures(commande: RejouerMesures, ports: Ports, _acte: Acte) -> Resultat[int]:
    """Rejoue un lot de sujets marqués (SLA-3). Rend combien; zéro : il ne reste rien."""
    return Resultat(await _rejouer_marques(ports, commande.limite))


@dataclass(frozen=True, slots=True)
class Rejeu:
    """Le rejeu, tel que les fiches et les histoires l'attendent d'une aire plus haute."""

    ports: Ports

    async def des_sujets(self, sujets: Collection[Sujet]) -> None:
        """Rejoue l'histoire entière de ces sujets et remplace leurs mesures (SLA-3)."""
        await _rejouer(sujets, self.ports)

    async def depuis(self, debut: date) -> int:
        """Marque les sujets que peut régir une version qui commence alors, et les rejoue (SLA-3).

        Un premier lot est rejoué sur-le-champ, ce qui suffit d'ordinaire; le reste demeure marqué,
        et la tâche de rejeu l'achève.
        """
        await self.ports.mesures.marquer(debut)
        return await _rejouer_marques(self.ports, LOT)

    async def des_organismes(self, organismes: Collection[str]) -> int:
        """Marque les sujets de ces organismes, et les rejoue de même (CAT-6)."""
        await self.ports.mesures.marquer_organismes(organismes)
        return await _rejouer_marques(self.ports, LOT)


async def expliquer_mesure(mesure_id: UUID, ports: Ports, *, au: datetime) -> Explication:
    """L'explication d'une mesure, rejouée de l'histoire (SLA-3); lève `Introuvable`."""
    sujet = await ports.mesures.sujet_de(mesure_id)
    histoires = [] if sujet is None else await ports.histoires.charger([sujet])
    fiches, calendrier = await ports.fiches.toutes(), await ports.calendriers.applique()
    if sujet is None or calendrier is None:
        raise Introuvable(ABSENTE)
    decisions = await ports.decisions.des_sujets([sujet])
    for histoire in histoires:
        siennes = decisions.get(histoire.organisme, SANS_DECISION)
        for mesure in rejouer(histoire, fiches, calendrier, decisions):
            if mesure.id == mesure_id:
                return expliquer(mesure, histoire, calendrier, siennes, au=au)
    raise Introuvable(ABSENTE)


async def _rejouer_marques(ports: Ports, limite: int) -> int:
    if await ports.calendriers.applique() is None:
        return 0
    marques = await ports.mesures.a_rejouer(limite)
    await _rejouer(marques, ports)
    return len(marques)


async def _rejouer(sujets: Collection[Sujet], ports: Ports) -> None:
    """Rejoue ces sujets; sans calendrier, ils restent marqués et rien n'est mesuré (SLA-1)."""
    if not sujets:
        return
    await ports.fiches.tenir()
    await ports.histoires.tenir(sujets)
    fiches, calendrier = await ports.fiches.toutes(), await ports.calendriers.applique()
    histoires = await ports.histoires.charger(sujets)
    decisions = await ports.decisions.des_sujets(sujets)
    mesures = rejouer_lot(histoires, fiches, calendrier, decisions) if calendrier else []
    await ports.mesures.enregistrer(histoires, mesures, attendent=calendrier is None)
