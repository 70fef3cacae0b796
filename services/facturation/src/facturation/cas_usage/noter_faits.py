"""Noter des faits à facturer; leur ordre et leurs répétitions n'ont pas d'effet (FAC-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from facturation.cas_usage.ports import Depots
from facturation.domaine.faits import FaitRecu
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True)
class NoterFait:
    """Un fait reçu, et l'instant (UTC) où son producteur l'a enregistré."""

    fait: FaitRecu
    enregistre_le: datetime


async def noter_faits(commandes: Sequence[NoterFait], depots: Depots, _: Acte) -> Issue[None]:
    """Garde les faits et demande la revue des attentes de leurs organismes."""
    await depots.copies.noter_faits([c.fait for c in commandes])
    recents: dict[str, datetime] = {}
    for c in commandes:
        organisme = c.fait.organisme
        recents[organisme] = max(c.enregistre_le, recents.get(organisme, c.enregistre_le))
    await depots.attentes.demander_revue(recents)
    return Issue(None)
