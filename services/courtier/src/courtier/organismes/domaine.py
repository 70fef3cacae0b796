"""Ce que le Courtier garde d'un organisme client, appris de demandes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisme:
    """Un organisme public; `sequence` est le rang, pour lui, du fait qui l'a décrit."""

    code: str
    nom: str
    assujetti_rcti: bool
    """Soumis à la règle du plus bas prix et à la publication au SEAO (CI-15, CI-18)."""
    sequence: int
