"""Ce qu'on peut demander aux histoires."""

from collections.abc import Sequence

from noyau import Acte, Resultat
from sla.histoires.domaine import EpisodeDe, RectificationDe
from sla.histoires.ports import Ports


async def enregistrer_faits(
    faits: Sequence[EpisodeDe | RectificationDe], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Ajoute les faits aux histoires, puis rejoue chaque demande touchée une fois (SLA-3).

    L'ordre d'arrivée est indifférent, et un fait répété ne change rien; une rectification dont
    l'acte est inconnu l'attend (DEM-13). Rend le nombre de demandes rejouées.
    """
    await ports.histoires.ajouter([f for f in faits if isinstance(f, EpisodeDe)])
    await ports.histoires.rectifier([f for f in faits if isinstance(f, RectificationDe)])
    touchees = {fait.demande_id for fait in faits}
    await ports.rejeu.des_demandes(touchees)
    return Resultat(len(touchees))
