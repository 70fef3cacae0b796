"""Tenir la copie des organismes et de leurs mandats."""

from collections.abc import Sequence

from courtier.organismes.domaine import FaitDeMandat, Organisme
from courtier.organismes.ports import Ports
from noyau import Acte, Resultat


async def synchroniser_organismes(
    organismes: Sequence[Organisme], ports: Ports, _: Acte
) -> Resultat[None]:
    """Garde le dernier état de chaque organisme; un fait déjà vu ou plus ancien ne change rien."""
    await ports.organismes.synchroniser(organismes)
    return Resultat(None)


async def synchroniser_mandats(
    faits: Sequence[FaitDeMandat], ports: Ports, _: Acte
) -> Resultat[None]:
    """Garde les mandats, leurs fins et leurs substitutions, dans quelque ordre qu'ils viennent.

    Une fin ou une substitution peut précéder son mandat : elle l'attend.
    """
    await ports.mandats.synchroniser(faits)
    return Resultat(None)
