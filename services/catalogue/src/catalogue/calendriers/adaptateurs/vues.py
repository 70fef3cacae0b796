"""Les lectures des calendriers : une requête par écran."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.calendriers.adaptateurs.tables import calendriers
from socle.bd.vues import SansFiltre, VueListe, VueObjet

CALENDRIERS = VueListe(
    requete=select(
        calendriers.c.version,
        calendriers.c.en_vigueur_depuis,
        calendriers.c.rang,
        calendriers.c.document["note"].astext.label("note"),
        calendriers.c.publie_le,
    ),
    filtre=SansFiltre,
    cles=(calendriers.c.rang,),
)
"""Les versions, sans leurs jours, dans l'ordre de leur publication."""
CALENDRIER = VueObjet(
    select(calendriers), calendriers.c.version, "Cette version du calendrier n'est pas publiée."
)


async def noms(connexion: AsyncConnection) -> frozenset[str]:
    """Les noms de toutes les versions."""
    return frozenset(await connexion.scalars(select(calendriers.c.version)))
