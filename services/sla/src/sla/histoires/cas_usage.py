"""Ce qu'on peut demander aux histoires."""

from collections.abc import Sequence

from noyau import Acte, Resultat
from sla.histoires.domaine import EpisodeDe
from sla.histoires.ports import Ports


async def enregistrer_episodes(
    episodes: Sequence[EpisodeDe], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Ajoute les épisodes aux histoires, puis rejoue chaque demande touchée une fois (SLA-3).

    L'ordre d'arrivée est indifférent, et un épisode répété ne change rien. Rend le nombre de
    demandes rejouées.
    """
    await ports.histoires.ajouter(episodes)
    touchees = {episode.demande_id for episode in episodes}
    await ports.rejeu.des_demandes(touchees)
    return Resultat(len(touchees))
