"""Retenir les grilles que catalogue publie, et celles qu'il retire (CI-20)."""

from collections.abc import Sequence

from courtier.frais.domaine import GrillesRecues, RetraitRecu
from courtier.frais.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_grilles(
    recues: Sequence[GrillesRecues | RetraitRecu], ports: Ports, _acte: Acte
) -> Resultat[None]:
    """Retient ces versions et ces retraits; ce qui est calculé ne change pas."""
    await ports.grilles.ajouter([r for r in recues if isinstance(r, GrillesRecues)])
    await ports.grilles.retirer([r for r in recues if isinstance(r, RetraitRecu)])
    return Resultat(None)
