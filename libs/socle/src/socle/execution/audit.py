"""L'audit : une entrée par écriture, dans sa transaction, avec la réponse gardée s'il y a lieu."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
import orjson

from socle.execution.idempotence import Reclamation, Reponse


@dataclass(frozen=True, slots=True)
class EntreeAudit:
    """Ce que l'audit retient d'un acte : qui, pour qui (« * » pour le MCN), quoi, sur quoi."""

    acteur: str
    organisme: str
    operation: str
    objet: str
    empreinte: bytes
    """SHA-256 de la commande reçue."""


@dataclass(frozen=True, slots=True)
class ReponseAGarder:
    """La réponse d'un appel réclamé, et combien de temps elle se garde."""

    reclamation: Reclamation
    reponse: Reponse
    duree: timedelta


_INSCRIRE = """
INSERT INTO socle_audit (le, acteur, organisme, operation, objet, faits, empreinte, trace)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_INSCRIRE_ET_GARDER = f"""
WITH a AS ({_INSCRIRE})
INSERT INTO socle_idempotence (appelant, operation, cle, organisme, empreinte, statut,
                               en_tetes, corps, garde_jusqua)
VALUES ($9, $4, $10, $3, $7, $11, $12, $13, clock_timestamp() + $14)
"""  # noqa: S608 -- un texte fixe


async def inscrire(
    pilote: asyncpg.Connection,
    entree: EntreeAudit,
    le: datetime,
    faits: list[str],
    trace: str,
    garder: ReponseAGarder | None,
) -> None:
    """Inscrit une entrée d'audit et, du même coup, la réponse à garder s'il y en a une."""
    valeurs = (
        le,
        entree.acteur,
        entree.organisme,
        entree.operation,
        entree.objet,
        faits,
        entree.empreinte,
        trace,
    )
    if garder is None:
        await pilote.execute(_INSCRIRE, *valeurs)
        return
    await pilote.execute(
        _INSCRIRE_ET_GARDER,
        *valeurs,
        garder.reclamation.appelant,
        garder.reclamation.cle,
        garder.reponse.statut,
        orjson.dumps(dict(garder.reponse.en_tetes)),
        garder.reponse.corps if garder.reponse.garde is None else garder.reponse.garde,
        garder.duree,
    )
