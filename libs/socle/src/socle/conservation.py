"""La conservation : ce qui ne sert plus part par petits lots, sans gêner les écritures."""

from datetime import timedelta

from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.execution.sceaux import oublier

LOT = 2_000
_PURGES = (
    """DELETE FROM socle_idempotence WHERE (appelant, operation, cle) IN (
         SELECT appelant, operation, cle FROM socle_idempotence
         WHERE garde_jusqua < clock_timestamp() ORDER BY garde_jusqua LIMIT $1
         FOR UPDATE SKIP LOCKED)""",
    """DELETE FROM socle_inbox WHERE evenement_id IN (
         SELECT evenement_id FROM socle_inbox
         WHERE garde_jusqua < clock_timestamp() ORDER BY garde_jusqua LIMIT $1
         FOR UPDATE SKIP LOCKED)""",
)


async def purger(moteur: Moteur, audit: timedelta) -> int:
    """Supprime un lot de réponses et de réceptions échues, et d'audit plus vieux que `audit`.

    Rend leur nombre. La boîte d'envoi n'a rien à purger : l'accusé du bus en retire les lignes.
    """
    total = 0
    for requete in _PURGES:
        async with transaction(moteur, INTERNE) as connexion:
            resultat = await connexion.pilote.execute(requete, LOT)
            total += int(resultat.rpartition(" ")[2])
    return total + await oublier(moteur, audit)
