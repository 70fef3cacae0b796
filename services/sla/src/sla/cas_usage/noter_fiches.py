"""Retenir les versions de fiches publiées, et rejouer ce qu'elles régissent."""

from collections.abc import Sequence

from sla.cas_usage.ports import Depots
from sla.cas_usage.rejouer_demandes import LOT, rejouer_demandes
from sla.domaine.fiche import Fiche
from socle.noyau import Acte, Issue


async def noter_fiches(commandes: Sequence[Fiche], depots: Depots, _acte: Acte) -> Issue[int]:
    """Retient les fiches et rejoue les demandes dont le jour J0 tombe sous l'une d'elles (SLA-3).

    Un premier lot est rejoué sur-le-champ, ce qui suffit d'ordinaire; le reste demeure marqué,
    et le travail de rejeu l'achève. Rend le nombre de demandes rejouées.
    """
    await depots.fiches.ajouter(commandes)
    await depots.mesures.marquer(commandes)
    marquees = await depots.mesures.a_rejouer(depots.calendrier.version.version, LOT)
    await rejouer_demandes(marquees, depots)
    return Issue(len(marquees))
