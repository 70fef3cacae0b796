"""Ce que le Courtier retient d'un organisme client, appris de demandes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisme:
    """Un organisme public; `sequence` est le rang, pour lui, du fait qui l'a décrit."""

    code: str
    nom: str
    assujetti_rcti: bool
    sequence: int
