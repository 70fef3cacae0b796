"""Les faits que publie facturation."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeTarif, Dollars, Evenement, Jour, Periode


class _EvenementFacturation(Evenement):
    PRODUCTEUR: ClassVar[str] = "facturation"

    organisme: CodeOrganisme


class _Document(_EvenementFacturation):
    """Un document émis voyage en empreinte et totaux; ses lignes se lisent par API."""

    CLE: ClassVar[str] = "numero"
    AGREGATS: ClassVar[tuple[str, ...]] = ("document",)

    numero: str = Field(
        description="Le numéro, sans trou dans sa suite et son exercice financier (FAC-6).",
        examples=["2026-2027-000123"],
    )
    periode: Periode
    emise_le: Jour = Field(description="La date de Québec de l'émission.")
    lignes: int = Field(description="Le nombre de lignes.")
    total_avant_taxes: Dollars = Field(description="La somme des lignes, en dollars.")
    tps: Dollars = Field(description="La taxe fédérale, en dollars (FAC-10).")
    tvq: Dollars = Field(description="La taxe du Québec, en dollars (FAC-10).")
    total: Dollars = Field(description="Le montant à payer, ou à rendre, en dollars.")
    empreinte: str = Field(description="SHA-256 (hexadécimal) du document en JSON canonique.")


class FactureEmise(_Document):
    """Une facture est émise : son total est nul ou positif (FAC-6, FAC-15)."""

    TYPE: ClassVar[str] = "facture.émise"


class NoteDeCreditEmise(_Document):
    """Une note de crédit est émise : son total est négatif (FAC-15)."""

    TYPE: ClassVar[str] = "note_de_crédit.émise"

    corrige: str | None = Field(
        default=None,
        description="Le document qu'elle corrige, sur décision (FAC-13); absent : celle d'un mois.",
        examples=["2026-2027-000123"],
    )


class LigneMiseEnAttente(_EvenementFacturation):
    """Un fait à facturer n'a pas de montant applicable : la ligne attend, jamais inventée."""

    TYPE: ClassVar[str] = "ligne.mise_en_attente"
    CLE: ClassVar[str] = "source_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("source",)

    source_id: str = Field(description="L'actif ou l'acte à facturer.")
    tarif: CodeTarif | None = Field(
        default=None, description="Le tarif; absent tant qu'on ne sait pas lequel est dû."
    )
    periode: Periode
    motif: str = Field(description="Pourquoi aucun montant ne s'applique.")


class LigneSaisie(_EvenementFacturation):
    """Le MCN saisit un montant (dédommagement, travaux…); le motif reste chez lui (CAT-9)."""

    TYPE: ClassVar[str] = "ligne.saisie"
    CLE: ClassVar[str] = "saisie_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("saisie",)
    SOURCE: ClassVar[str | None] = "saisie_id"

    saisie_id: UUID = Field(description="La saisie.")
    tarif: CodeTarif
    montant: Dollars = Field(description="Le montant saisi, en dollars.")


EVENEMENTS: tuple[type[Evenement], ...] = (
    FactureEmise,
    NoteDeCreditEmise,
    LigneMiseEnAttente,
    LigneSaisie,
)
