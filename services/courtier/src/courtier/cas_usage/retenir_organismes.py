"""Tenir la copie locale des organismes (CI-15, CI-18 : assujettissement au RCTI)."""

from collections.abc import Sequence

from courtier.cas_usage.ports import Depots
from courtier.domaine.organismes import Organisme
from socle.noyau import Acte, Issue


async def retenir_organismes(
    organismes: Sequence[Organisme], depots: Depots, _acte: Acte
) -> Issue[None]:
    """Garde le dernier état de chaque organisme; un fait déjà vu ou plus ancien ne change rien."""
    await depots.organismes.retenir(organismes)
    return Issue(None)
