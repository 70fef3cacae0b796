"""Ce qu'on peut demander aux fiches."""

from collections.abc import Sequence

from noyau import Acte, Resultat
from sla.fiches.domaine import Fiche, VersionRetiree
from sla.fiches.ports import Ports


async def synchroniser_fiches(
    recues: Sequence[Fiche | VersionRetiree], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Retient versions et retraits (CAT-2, CAT-5), rejoue ce qu'ils touchent et rend combien."""
    await ports.fiches.synchroniser([r for r in recues if isinstance(r, Fiche)])
    await ports.fiches.retirer([r for r in recues if isinstance(r, VersionRetiree)])
    await ports.fiches.reserver()
    return Resultat(await ports.rejeu.des_fiches(min(r.debut for r in recues)))
