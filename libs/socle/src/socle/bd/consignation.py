"""Ce qui s'écrit dans la transaction de l'acte : faits sortants, audit, réponse gardée."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import orjson

from socle.bus.publication import Publication, part_de
from socle.identifiants import uuid7
from socle.noyau import Conflit

CHARGE_MAXIMALE = 900_000
"""Octets; au-delà, le bus refuserait le message et l'agrégat resterait bloqué."""


@dataclass(frozen=True, slots=True)
class LigneSortante:
    """Une ligne de la boîte d'envoi, avant que la base ne lui donne son numéro de suite."""

    sujet: str
    cle: str
    type: str
    version: int
    survenu_le: datetime
    charge: bytes
    en_tetes: Mapping[str, str] = field(default_factory=dict)
    evenement_id: UUID = field(default_factory=uuid7)

    def __post_init__(self) -> None:
        if len(self.charge) > CHARGE_MAXIMALE:
            raise Conflit(f"L'événement {self.type} dépasse {CHARGE_MAXIMALE} octets.")

    @classmethod
    def de(
        cls, publication: Publication, sujet: str, en_tetes: Mapping[str, str]
    ) -> "LigneSortante":
        evenement = publication.evenement
        return cls(
            sujet=sujet,
            cle=evenement.cle,
            type=evenement.TYPE,
            version=evenement.VERSION,
            survenu_le=publication.survenu_le,
            charge=evenement.model_dump_json().encode(),
            en_tetes=en_tetes,
        )


@dataclass(frozen=True, slots=True)
class Reponse:
    """Une réponse HTTP prête à partir, telle qu'elle est gardée pour un même appel répété."""

    statut: int = 204
    corps: bytes = b""
    en_tetes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reclamation:
    """Qui appelle quelle opération, sous quelle clé, avec quelle demande (empreinte)."""

    appelant: str
    operation: str
    cle: str
    empreinte: bytes
    organisme: str


# Le compteur par clé se verrouille jusqu'au COMMIT : les lignes d'un même agrégat deviennent
# visibles dans l'ordre de leurs numéros, et leurs `id` suivent cet ordre.
_ENVOYER = """
WITH f AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[],
                       $7::timestamptz[], $8::bytea[], $9::bytea[])
  WITH ORDINALITY
  AS f(evenement_id, sujet, cle, part, type, version, survenu_le, en_tetes, charge, rang)
), c AS (
  INSERT INTO socle_sequences AS s (sujet, cle, derniere)
  SELECT sujet, cle, count(*) FROM f GROUP BY sujet, cle ORDER BY sujet, cle
  ON CONFLICT (sujet, cle) DO UPDATE SET derniere = s.derniere + excluded.derniere
  RETURNING sujet, cle, derniere
)
INSERT INTO socle_outbox (evenement_id, sujet, cle, part, sequence, type, version,
                          survenu_le, enregistre_le, en_tetes, charge)
SELECT f.evenement_id, f.sujet, f.cle, f.part,
       c.derniere + 1 - row_number() OVER (PARTITION BY f.sujet, f.cle ORDER BY f.rang DESC),
       f.type, f.version, f.survenu_le, $10, f.en_tetes, f.charge
FROM f JOIN c USING (sujet, cle) ORDER BY f.rang
"""

_GARDER = """
WITH a AS (
  INSERT INTO socle_audit (le, acteur, organisme, operation, objet, faits, empreinte, trace)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)
INSERT INTO socle_idempotence (appelant, operation, cle, organisme, empreinte, statut,
                               en_tetes, corps, garde_jusqua)
VALUES ($9, $4, $10, $3, $7, $11, $12, $13, clock_timestamp() + $14)
"""

_AUDITER = """
INSERT INTO socle_audit (le, acteur, organisme, operation, objet, faits, empreinte, trace)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_RECLAMER = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)), pg_current_xact_id()"

_RETROUVER = """
SELECT (SELECT max(jusqua) FROM socle_jalon_annonce) AS jalon,
       i.empreinte, i.statut, i.en_tetes, i.corps
FROM (SELECT 1) AS un
LEFT JOIN socle_idempotence AS i ON (i.appelant, i.operation, i.cle) = ($1, $2, $3)
"""


@dataclass(frozen=True, slots=True)
class Trace:
    """Ce que l'audit retient d'un acte."""

    le: datetime
    acteur: str
    organisme: str
    operation: str
    objet: str
    empreinte: bytes
    trace: str


class ActeEnCours(Conflit):
    """Le même appel est déjà en cours; l'appelant réessaiera."""


class CleReutilisee(Exception):
    """La clé d'idempotence a servi à un autre appel (422)."""


async def reclamer(
    pilote: asyncpg.Connection, reclamation: Reclamation
) -> tuple[Reponse | None, datetime | None]:
    """Réclame un appel; rend la réponse déjà donnée, s'il y en a une, et le dernier jalon annoncé.

    La réclamation attribue l'identifiant de transaction AVANT que l'heure ne soit lue, et le
    jalon est lu après : c'est ce qui rend les jalons sûrs (voir `socle.bus.jalons`).
    Lève `ActeEnCours` (409) ou `CleReutilisee` (422).
    """
    cle = f"{reclamation.appelant}\x1f{reclamation.operation}\x1f{reclamation.cle}"
    obtenu = await pilote.fetchrow(_RECLAMER, cle)
    if obtenu is None or not obtenu[0]:
        raise ActeEnCours("Le même appel est déjà en cours; réessayez dans un instant.")
    ligne = await pilote.fetchrow(
        _RETROUVER, reclamation.appelant, reclamation.operation, reclamation.cle
    )
    if ligne is None or ligne["statut"] is None:
        return None, ligne and ligne["jalon"]
    if ligne["empreinte"] != reclamation.empreinte:
        raise CleReutilisee
    return Reponse(ligne["statut"], ligne["corps"], orjson.loads(ligne["en_tetes"])), ligne["jalon"]


async def envoyer(
    pilote: asyncpg.Connection, lignes: Sequence[LigneSortante], enregistre_le: datetime
) -> None:
    """Met des faits dans la boîte d'envoi, numérotés sans trou par (sujet, clé)."""
    if not lignes:
        return
    await pilote.execute(
        _ENVOYER,
        [ligne.evenement_id for ligne in lignes],
        [ligne.sujet for ligne in lignes],
        [ligne.cle for ligne in lignes],
        [part_de(ligne.cle) for ligne in lignes],
        [ligne.type for ligne in lignes],
        [ligne.version for ligne in lignes],
        [ligne.survenu_le for ligne in lignes],
        [orjson.dumps(dict(ligne.en_tetes)) for ligne in lignes],
        [ligne.charge for ligne in lignes],
        enregistre_le,
    )


async def garder(
    pilote: asyncpg.Connection,
    trace: Trace,
    faits: Sequence[str],
    reclamation: Reclamation,
    reponse: Reponse,
    garde: timedelta,
) -> None:
    """Consigne l'acte à l'audit et garde sa réponse, ce temps-là, pour un même appel répété."""
    await pilote.execute(
        _GARDER,
        *_colonnes(trace, faits),
        reclamation.appelant,
        reclamation.cle,
        reponse.statut,
        orjson.dumps(dict(reponse.en_tetes)),
        reponse.corps,
        garde,
    )


async def auditer(pilote: asyncpg.Connection, trace: Trace, faits: Sequence[str]) -> None:
    """Consigne à l'audit un acte sans réponse (réception d'événements)."""
    await pilote.execute(_AUDITER, *_colonnes(trace, faits))


def _colonnes(trace: Trace, faits: Sequence[str]) -> tuple[object, ...]:
    return (
        trace.le,
        trace.acteur,
        trace.organisme,
        trace.operation,
        trace.objet,
        list(faits),
        trace.empreinte,
        trace.trace,
    )
