"""Les lectures des calendriers : une requête par écran."""

from sqlalchemy import select

from catalogue.calendriers.adaptateurs.tables import calendriers
from socle.bd.connexion import Connexion
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


async def noms(connexion: Connexion) -> frozenset[str]:
    """Les noms de toutes les versions."""
    return frozenset(await connexion.colonne(select(calendriers.c.version)))
