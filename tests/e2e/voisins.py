"""Deux services en bancs, et ce que l'un publie porté à l'autre tel quel."""

from contrats.registre import EVENEMENTS
from outils.essais.banc import Banc


async def porter(de: Banc, vers: Banc) -> None:
    """Fait recevoir à un service tout ce qu'un autre a publié; redit, il n'y ajoute rien."""
    await vers.recevoir_messages(
        [
            vers.message(
                EVENEMENTS[sorti.type, 1].model_validate(sorti.donnees),
                survenu_le=sorti.survenu_le,
                enregistre_le=sorti.enregistre_le,
                sequence=sorti.sequence,
                id=sorti.id,
            )
            for sorti in await de.sortants()
        ]
    )
