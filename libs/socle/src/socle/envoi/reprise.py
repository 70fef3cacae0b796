"""Ce qu'on fait d'une ligne écartée de la boîte d'envoi : la rendre au relais, ou y renoncer."""

from datetime import datetime

import asyncpg

from socle.bus.enveloppe import EN_TETE_ECARTE, TYPE_ECARTE

_RENDRE = "DELETE FROM socle_ecartes WHERE outbox_id = $1 RETURNING true"
# Une date impossible ne se récrit pas : la ligne vidée prend l'heure où l'on y renonce.
_VIDER = """
UPDATE socle_outbox SET type = $2, version = 1, survenu_le = $3, charge = '{}',
  en_tetes = convert_to(json_build_object($4::text, type)::text, 'UTF8'),
  enregistre_le = CASE WHEN isfinite(enregistre_le) THEN enregistre_le ELSE $3 END
WHERE id = $1
"""
_SUPPRIMER = "DELETE FROM socle_outbox WHERE id = $1"


async def rendre(pilote: asyncpg.Connection, ligne: int) -> bool:
    """Rend au relais une ligne écartée, une fois sa cause corrigée; faux si elle ne l'est plus."""
    return bool(await pilote.fetchval(_RENDRE, ligne))


async def renoncer(
    pilote: asyncpg.Connection, ligne: int, maintenant: datetime, *, a_sa_place: bool
) -> bool:
    """Renonce à une ligne écartée; faux si elle ne l'est plus.

    `a_sa_place` publie un fait vide au même rang : qui lit le sujet en ordre strict n'y voit pas
    de trou, et le jalon repart. Sinon (un rebut) la ligne disparaît.
    """
    if not await rendre(pilote, ligne):
        return False
    if a_sa_place:
        await pilote.execute(_VIDER, ligne, TYPE_ECARTE, maintenant, EN_TETE_ECARTE)
    else:
        await pilote.execute(_SUPPRIMER, ligne)
    return True
