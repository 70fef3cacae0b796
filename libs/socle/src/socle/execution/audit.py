"""Inscrire un acte : ses faits, son entrée d'audit, sa réponse gardée, en une instruction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from socle.envoi.depot import DEPOT, LigneSortante, valeurs_du_depot
from socle.execution.idempotence import Reclamation


@dataclass(frozen=True, slots=True)
class EntreeAudit:
    """Ce que l'audit retient d'un acte, ou d'une lecture : qui, pour qui (« * » : MCN), quoi."""

    acteur: str
    organisme: str
    operation: str
    objet: str
    empreinte: bytes
    """SHA-256 de la commande reçue, ou de l'adresse lue."""


@dataclass(frozen=True, slots=True)
class ReponseAGarder:
    """La réponse d'un appel réclamé, et combien de temps elle se garde."""

    reclamation: Reclamation
    statut: int
    comprimee: bytes
    duree: timedelta


_AUDITER = """
INSERT INTO socle_audit (le, acteur, organisme, operation, objet, faits, empreinte, trace)
VALUES ($10, $11, $12, $13, $14, $5, $15, $16)
"""
_GARDER = """
INSERT INTO socle_idempotence (appelant, operation, cle, organisme, empreinte, statut,
                               en_tetes, corps, garde_jusqua)
VALUES ($17, $13, $18, $12, $15, $19, $20, $21, clock_timestamp() + $22)
"""
_INSCRIRE = f"WITH {DEPOT} {_AUDITER}"
_INSCRIRE_ET_GARDER = f"WITH {DEPOT}, a AS ({_AUDITER}) {_GARDER}"


async def inscrire(
    pilote: asyncpg.Connection,
    entree: EntreeAudit,
    le: datetime,
    lignes: Sequence[LigneSortante] = (),
    trace: str = "",
    garder: ReponseAGarder | None = None,
) -> None:
    """Dépose les faits d'un acte, l'inscrit à l'audit et garde sa réponse s'il y en a une."""
    valeurs = (
        *valeurs_du_depot(lignes, le),
        entree.acteur,
        entree.organisme,
        entree.operation,
        entree.objet,
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
        garder.statut,
        b"",
        garder.comprimee,
        garder.duree,
    )
