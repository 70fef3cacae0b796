"""Ce qui met fin à un contrat : le refus du fournisseur, la résiliation et sa lettre."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.pieces.domaine import Visa


@dataclass(frozen=True, slots=True)
class RefusDuFournisseur:
    """Pourquoi le fournisseur n'a pas signé, et qui l'a consigné."""

    motif: str
    consigne: Visa


@dataclass(frozen=True, slots=True)
class Lettre:
    """La lettre de résiliation : l'organisme la garde, on en retient l'empreinte (CI-23)."""

    piece_id: UUID
    empreinte: str
    """SHA-256, hexadécimal."""
    datee_le: date
    """Date de Québec."""


@dataclass(frozen=True, slots=True)
class Resiliation:
    """La fin d'un contrat avant son terme (CI-17)."""

    effet: date
    """Le premier jour qui n'est plus du contrat."""
    lettre: Lettre
    motif: str
    consignee: Visa
    """La lettre est transmise au Courtier du même coup."""
