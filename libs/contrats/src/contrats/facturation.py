"""Les faits que publie facturation."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import (
    CodeOrganisme,
    CodeOuvert,
    CodeTarif,
    Dollars,
    Evenement,
    Imputation,
    Jour,
    Periode,
    Valeur,
)


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
    EFFET: ClassVar[str | None] = "fait_le"

    saisie_id: UUID = Field(description="La saisie.")
    tarif: CodeTarif
    montant: Dollars = Field(description="Le montant saisi, en dollars.")
    fait_le: Jour | None = Field(
        default=None, description="Le jour de ce qui se facture; absent : celui de la saisie."
    )
    reference: str | None = Field(
        default=None, description="Ce qui l'atteste : la facture d'un fournisseur, un relevé."
    )
    demande_id: UUID | None = Field(default=None, description="La demande d'où cela vient.")
    actif_id: UUID | None = Field(default=None, description="L'actif dont il s'agit.")
    site: str | None = Field(default=None, description="Le site où c'est arrivé.")
    imputation: Imputation | None = None


class SaisieAnnulee(_EvenementFacturation):
    """Une saisie pas encore facturée est nulle : rien n'en est dû; le motif reste au MCN."""

    TYPE: ClassVar[str] = "saisie.annulée"
    CLE: ClassVar[str] = "saisie_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("saisie",)

    saisie_id: UUID = Field(description="La saisie.")


class FactureValidee(_EvenementFacturation):
    """L'organisme a validé un document, expressément; le silence ne valide rien (TEL-2)."""

    TYPE: ClassVar[str] = "facture.validée"
    CLE: ClassVar[str] = "numero"
    AGREGATS: ClassVar[tuple[str, ...]] = ("document",)

    numero: str = Field(description="Le document validé.", examples=["2026-2027-000123"])


class _Contestation(_EvenementFacturation):
    """Ni motif ni auteur ne voyagent : ils se lisent par API."""

    CLE: ClassVar[str] = "contestation_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("contestation",)

    contestation_id: UUID = Field(description="La contestation.")
    numero: str = Field(description="Le document contesté.", examples=["2026-2027-000123"])
    lignes: tuple[int, ...] = Field(description="Les rangs des lignes contestées.")


class FactureContestee(_Contestation):
    """Un organisme conteste des lignes : la contestation est ouverte, ou admise (FAC-8)."""

    TYPE: ClassVar[str] = "facture.contestée"

    tardive: bool = Field(description="Vrai : hors délai, la facturation l'a admise.")


class ContestationTranchee(_Contestation):
    """La facturation a décidé; ce qu'elle accorde est déjà une note de crédit (FAC-8, FAC-13)."""

    TYPE: ClassVar[str] = "contestation.tranchée"

    decision: CodeOuvert = Field(
        description="« acceptee », « partielle » ou « rejetee ».", examples=["partielle"]
    )
    note: str | None = Field(
        default=None, description="La note de crédit; absente : rien n'est rendu."
    )
    rendu: Dollars = Field(description="Ce que rend la note, taxes comprises, en dollars.")


class ContestationRetiree(_Contestation):
    """L'organisme retire sa contestation avant la décision (FAC-8)."""

    TYPE: ClassVar[str] = "contestation.retirée"


class _Echeance(_Contestation):
    echeance: Jour = Field(description="Le dernier jour où décider à temps, date de Québec.")


class ContestationARisque(_Echeance):
    """L'échéance d'une décision approche; dit une fois par échéance (FAC-8)."""

    TYPE: ClassVar[str] = "contestation.à_risque"


class ContestationEnRetard(_Echeance):
    """L'échéance d'une décision est passée; dit une fois par échéance (FAC-8)."""

    TYPE: ClassVar[str] = "contestation.en_retard"


class ContestationSansReponse(_Contestation):
    """Une question posée à l'organisme attend toujours sa réponse; dit une fois (FAC-8)."""

    TYPE: ClassVar[str] = "contestation.sans_réponse"

    question_le: Jour = Field(description="Le jour de la question, date de Québec.")


class Acquittement(Valeur):
    """Ce qu'un règlement paie d'un document (FAC-17)."""

    numero: str = Field(
        description="Le document payé; d'un montant négatif, celui dont le crédit est pris.",
        examples=["2026-2027-000123"],
    )
    montant: Dollars
    le: Jour = Field(description="La date de Québec où il compte.")


class _Reglement(_EvenementFacturation):
    CLE: ClassVar[str] = "reglement_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("reglement",)

    reglement_id: UUID = Field(description="Le règlement, ou la contre-écriture.")
    acquittements: tuple[Acquittement, ...] = Field(description="Ce qu'il paie de chaque document.")
    credit: Dollars = Field(
        description="Ce qui ne paie encore aucun document : le crédit de l'organisme, en dollars."
    )


class ReglementConsigne(_Reglement):
    """Un règlement est consigné, ou sa contre-écriture : négative, elle le défait (FAC-17)."""

    TYPE: ClassVar[str] = "règlement.consigné"

    date: Jour = Field(description="La date de Québec où l'organisme a payé.")
    reference: str = Field(description="La référence du paiement.", examples=["VIR-2026-004512"])
    montant: Dollars = Field(description="Ce qui est payé, ou défait, en dollars.")
    annule: UUID | None = Field(
        default=None, description="Le règlement que cette contre-écriture défait."
    )


class CreditApplique(_Reglement):
    """Le crédit d'un règlement consigné paie des documents de plus (FAC-17)."""

    TYPE: ClassVar[str] = "crédit.appliqué"


EVENEMENTS: tuple[type[Evenement], ...] = (
    FactureEmise,
    NoteDeCreditEmise,
    LigneMiseEnAttente,
    LigneSaisie,
    SaisieAnnulee,
    FactureValidee,
    FactureContestee,
    ContestationTranchee,
    ContestationRetiree,
    ContestationARisque,
    ContestationEnRetard,
    ContestationSansReponse,
    ReglementConsigne,
    CreditApplique,
)
