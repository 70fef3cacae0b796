"""Ce qu'on peut demander aux fiches."""

from collections.abc import Sequence

from noyau import Acte, Resultat
from sla.fiches.domaine import Fiche
from sla.fiches.ports import Ports


async def synchroniser_fiches(
    versions: Sequence[Fiche], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Retient les versions (CAT-5), rejoue ce qu'elles régissent (SLA-3) et rend combien."""
    await ports.fiches.synchroniser(versions)
    return Resultat(await ports.rejeu.des_fiches(versions))
