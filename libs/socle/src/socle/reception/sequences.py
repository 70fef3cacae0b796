"""Les séquences strictes : appliquer dans l'ordre, stationner ce dont le prédécesseur manque."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import asyncpg

from socle.bus.enveloppe import Message

_ASSURER = """
INSERT INTO socle_suivi (sujet, cle, derniere)
SELECT sujet, cle, 0 FROM unnest($1::text[], $2::text[]) AS k(sujet, cle) ORDER BY sujet, cle
ON CONFLICT DO NOTHING
"""
_LIRE = """
SELECT s.sujet, s.cle, s.derniere FROM socle_suivi s
JOIN unnest($1::text[], $2::text[]) AS k(sujet, cle) USING (sujet, cle)
ORDER BY s.sujet, s.cle FOR UPDATE OF s
"""
_AVANCER = """
UPDATE socle_suivi s SET derniere = k.derniere
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS k(sujet, cle, derniere)
WHERE (s.sujet, s.cle) = (k.sujet, k.cle)
"""
_STATIONNER = """
INSERT INTO socle_stationnement (evenement_id, sujet, cle, sequence, stationne_le, message)
VALUES ($1, $2, $3, $4, clock_timestamp(), $5) ON CONFLICT DO NOTHING
"""
# La forme gardée d'un message est un JSON de nous, où la charge est en base 64.
_OUBLIER = """
DELETE FROM socle_stationnement p USING unnest($1::text[], $2::text[]) AS t(sujet, type)
WHERE p.sujet = t.sujet
  AND position(convert_to('"ce_type":"' || t.type || '"', 'UTF8') IN p.message) > 0
"""
_LIBRES = """
FROM socle_stationnement p
JOIN socle_suivi s ON (s.sujet, s.cle) = (p.sujet, p.cle) AND p.sequence <= s.derniere + 1
"""
_CLES_LIBRES = f"SELECT DISTINCT p.sujet, p.cle {_LIBRES} LIMIT $1"
_PROCHAIN = f"""
SELECT p.message {_LIBRES}
JOIN unnest($1::text[], $2::text[]) AS k(sujet, cle) ON (k.sujet, k.cle) = (p.sujet, p.cle)
ORDER BY p.sequence LIMIT 1
"""
_FRANCHIR = """
WITH p AS (
  SELECT min(sequence) - 1 AS dernier FROM socle_stationnement WHERE (sujet, cle) = ($1, $2)
), avant AS (
  SELECT derniere FROM socle_suivi WHERE (sujet, cle) = ($1, $2) FOR UPDATE
)
UPDATE socle_suivi s SET derniere = p.dernier FROM p, avant
WHERE (s.sujet, s.cle) = ($1, $2) AND p.dernier > avant.derniere
RETURNING avant.derniere + 1 AS premier, p.dernier AS dernier
"""
CLES_LIBRES = 500
"""Les clés qu'on libère ensemble : chercher la suivante relirait tout ce qui est stationné."""


class Tri(NamedTuple):
    """Un lot trié : ce qui se traite maintenant, et ce qui vient après plus récent que lui."""

    prets: list[Message]
    depasses: list[Message]


async def trier(
    pilote: asyncpg.Connection, messages: Sequence[Message], stricts: Collection[str]
) -> Tri:
    """Trie un lot, et stationne ce dont la séquence est trouée.

    Un dépassé porte un numéro déjà traité sous un autre identifiant, ou sous le sien il y a plus
    longtemps que la garde des réceptions : il n'a plus d'effet.
    Verrouille les séquences touchées jusqu'au COMMIT : deux réplicas n'avancent pas la même clé.
    """
    cles = sorted({(m.sujet, m.cle) for m in messages if m.sujet in stricts})
    if not cles:
        return Tri(list(messages), [])
    sujets, noms = [c[0] for c in cles], [c[1] for c in cles]
    await pilote.execute(_ASSURER, sujets, noms)
    suivi = {(r["sujet"], r["cle"]): r["derniere"] for r in await pilote.fetch(_LIRE, sujets, noms)}
    tri = Tri([], [])
    for message in messages:
        if message.sujet not in stricts:
            tri.prets.append(message)
            continue
        cle, numero = (message.sujet, message.cle), message.sequence
        if numero == 0 or numero == suivi[cle] + 1:
            tri.prets.append(message)
            suivi[cle] = max(suivi[cle], numero)
        elif numero > suivi[cle]:
            stationne = (message.identifiant, *cle, numero, message.en_octets())
            await pilote.execute(_STATIONNER, *stationne)
        else:
            tri.depasses.append(message)
    await pilote.execute(_AVANCER, sujets, noms, [suivi[cle] for cle in cles])
    return tri


async def franchir(pilote: asyncpg.Connection, sujet: str, cle: str) -> tuple[int, int] | None:
    """Avance la séquence jusqu'au premier stationné; rend le premier et le dernier qu'on saute."""
    trou = await pilote.fetchrow(_FRANCHIR, sujet, cle)
    return None if trou is None else (trou["premier"], trou["dernier"])


async def oublier(pilote: asyncpg.Connection, passes: Collection[tuple[str, str]]) -> None:
    """Retire les stationnés de ces (sujet, type) : leur clé n'est plus suivie, rien ne viendra."""
    if passes:
        await pilote.execute(_OUBLIER, [sujet for sujet, _ in passes], [nom for _, nom in passes])


async def cles_libres(pilote: asyncpg.Connection) -> set[tuple[str, str]]:
    """Un lot de clés dont un stationné n'est plus retenu par rien."""
    lignes = await pilote.fetch(_CLES_LIBRES, CLES_LIBRES)
    return {(ligne["sujet"], ligne["cle"]) for ligne in lignes}


async def prochain_stationne(
    pilote: asyncpg.Connection, cles: set[tuple[str, str]]
) -> Message | None:
    """Le prochain stationné que plus rien ne retient, parmi ces clés."""
    liste = sorted(cles)
    octets = await pilote.fetchval(_PROCHAIN, [c[0] for c in liste], [c[1] for c in liste])
    return None if octets is None else Message.relire(octets)
