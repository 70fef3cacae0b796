"""La conservation : ce qui ne sert plus part par petits lots, sans gêner les écritures."""

from datetime import timedelta

from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.execution.sceaux import oublier

LOT = 2_000
# Par leur place : sur une clé, la base lirait à chaque lot toute une table de taille moyenne.
_PURGER = """
DELETE FROM {0} WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM {0} WHERE garde_jusqua < clock_timestamp()
  ORDER BY garde_jusqua LIMIT $1 FOR UPDATE SKIP LOCKED))
"""
_A_PURGER = ("socle_idempotence", "socle_inbox")


async def purger(moteur: Moteur, audit: timedelta) -> int:
    """Supprime un lot de réponses et de réceptions échues, et d'audit plus vieux que `audit`.

    Rend leur nombre. La boîte d'envoi n'a rien à purger : l'accusé du bus en retire les lignes.
    """
    total = 0
    for table in _A_PURGER:
        async with transaction(moteur, INTERNE) as connexion:
            resultat = await connexion.pilote.execute(_PURGER.format(table), LOT)
            total += int(resultat.rpartition(" ")[2])
    return total + await oublier(moteur, audit)
