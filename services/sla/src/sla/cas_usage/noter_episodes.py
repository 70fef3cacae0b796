"""Noter ce qui est arrivé à des demandes, et rejouer leurs verdicts."""

from collections.abc import Sequence

from sla.cas_usage.ports import Depots, EpisodeDe
from sla.cas_usage.rejouer_demandes import rejouer_demandes
from socle.noyau import Acte, Issue


async def noter_episodes(commandes: Sequence[EpisodeDe], depots: Depots, _acte: Acte) -> Issue[int]:
    """Ajoute les épisodes aux histoires, puis rejoue chaque demande touchée une fois (SLA-3).

    L'ordre d'arrivée est indifférent, et un épisode répété ne change rien. Rend le nombre de
    demandes rejouées.
    """
    await depots.histoires.ajouter(commandes)
    touchees = {commande.demande_id for commande in commandes}
    await rejouer_demandes(touchees, depots)
    return Issue(len(touchees))
