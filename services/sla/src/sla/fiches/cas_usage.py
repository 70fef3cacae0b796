"""Ce qu'on peut demander aux fiches."""

from collections.abc import Sequence

from noyau import Acte, Resultat
from sla.fiches.domaine import CalendrierRecu, Fiche, FinDeStatuQuo, StatuQuo, VersionRetiree
from sla.fiches.ports import Ports


async def synchroniser_fiches(
    recues: Sequence[Fiche | VersionRetiree], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Retient versions et retraits (CAT-2, CAT-5), rejoue ce qu'ils touchent et rend combien."""
    await ports.fiches.synchroniser([r for r in recues if isinstance(r, Fiche)])
    await ports.fiches.retirer([r for r in recues if isinstance(r, VersionRetiree)])
    await ports.fiches.reserver()
    return Resultat(await ports.rejeu.depuis(min(r.debut for r in recues)))


async def synchroniser_statu_quo(
    recus: Sequence[StatuQuo | FinDeStatuQuo], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Retient ce que des organismes gardent (CAT-6), rejoue leurs sujets et rend combien."""
    await ports.fiches.garder([r for r in recus if isinstance(r, StatuQuo)])
    await ports.fiches.finir([r for r in recus if isinstance(r, FinDeStatuQuo)])
    await ports.fiches.reserver()
    return Resultat(await ports.rejeu.des_organismes({r.organisme for r in recus}))


async def synchroniser_calendriers(
    recus: Sequence[CalendrierRecu], ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Retient des versions du calendrier (SLA-1), rejoue ce qu'elles touchent et rend combien.

    Une version déjà connue ne change rien.
    """
    neuves = await ports.calendriers.ajouter(recus)
    if not neuves:
        return Resultat(0)
    await ports.fiches.reserver()
    return Resultat(await ports.rejeu.depuis(min(n.version.en_vigueur_depuis for n in neuves)))
