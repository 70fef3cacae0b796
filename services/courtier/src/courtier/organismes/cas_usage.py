"""Tenir la copie des organismes."""

from collections.abc import Sequence

from courtier.organismes.domaine import Organisme
from courtier.organismes.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_organismes(
    organismes: Sequence[Organisme], ports: Ports, _: Acte
) -> Resultat[None]:
    """Garde le dernier état de chaque organisme; un fait déjà vu ou plus ancien ne change rien."""
    await ports.organismes.synchroniser(organismes)
    return Resultat(None)
