"""Retenir les versions du calendrier que catalogue publie."""

from collections.abc import Sequence

from demandes.calendriers.domaine import CalendrierRecu
from demandes.calendriers.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_calendriers(
    recus: Sequence[CalendrierRecu], ports: Ports, _acte: Acte
) -> Resultat[None]:
    """Retient ces versions (SLA-1); aucune ne change ce qui finit avant elle."""
    await ports.calendriers.ajouter(recus)
    return Resultat(None)
