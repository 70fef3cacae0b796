"""Ce qu'on peut demander aux histoires."""

from collections.abc import Sequence

from noyau import Acte, Resultat
from sla.histoires.domaine import EpisodeDe, RectificationDe
from sla.histoires.ports import Ports


async def enregistrer_faits(
    faits: Sequence[EpisodeDe | RectificationDe], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Ajoute les faits aux histoires, puis rejoue chaque sujet touché une fois (SLA-3).

    L'ordre d'arrivée est indifférent, et un fait répété ne change rien; une rectification dont
    l'acte est inconnu l'attend (DEM-13). Ce qui arrive à un dossier rejoue ses contrats (IC-1).
    Rend le nombre de sujets rejoués.
    """
    await ports.fiches.tenir()
    await ports.histoires.tenir_agregats({agregat for fait in faits for agregat in fait.agregats})
    episodes = [f for f in faits if isinstance(f, EpisodeDe)]
    rectifications = [f for f in faits if isinstance(f, RectificationDe)]
    await ports.histoires.ajouter(episodes)
    await ports.histoires.rectifier(rectifications)
    actes = {r.rectification.acte_id for r in rectifications}
    touches = {e.sujet for e in episodes} | await ports.histoires.sujets_de(actes)
    touches |= await ports.histoires.issus_de(touches)
    await ports.rejeu.des_sujets(touches)
    return Resultat(len(touches))
