"""Achever les rejeux que réclame une fiche nouvelle ou une version du calendrier."""

from dataclasses import dataclass

from sla.cas_usage.ports import Depots
from sla.cas_usage.rejouer_demandes import LOT, rejouer_demandes
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class RejouerMesures:
    """Au plus `limite` demandes à la fois."""

    limite: int = LOT


async def rejouer_mesures(commande: RejouerMesures, depots: Depots, _acte: Acte) -> Issue[int]:
    """Rejoue un lot de demandes marquées (SLA-3). Rend combien; zéro : il ne reste rien."""
    marquees = await depots.mesures.a_rejouer(depots.calendrier.version.version, commande.limite)
    await rejouer_demandes(marquees, depots)
    return Issue(len(marquees))
