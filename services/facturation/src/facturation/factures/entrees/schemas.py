"""Les corps reçus et rendus par les factures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path
from pydantic import BeforeValidator, Field

from contrats.base import CodeTarif, Periode
from facturation.creances.domaine.creances import Nature
from facturation.factures.domaine.ajustements import Ajustement
from facturation.factures.domaine.factures import NatureDocument
from noyau import Montant
from socle import champs
from socle.bd.conversion import colonnes
from socle.web import Entree, Sortie, exemple

Argent = Annotated[
    str,
    BeforeValidator(lambda m: str(m) if isinstance(m, Montant) else m),
    Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="Dollars canadiens.", examples=["147.00"]),
]
Numero = Annotated[
    str,
    Field(
        pattern=r"^(NC-)?[0-9]{4}-[0-9]{4}-[0-9]{6,9}$",
        examples=["2026-2027-000123"],
        max_length=24,
    ),
]
CORRIGE: Final = "D'une note de crédit de décision, le document qu'elle corrige (FAC-13)."
Rang = Annotated[int, Path(ge=1, le=10_000_000, description="Le rang de la ligne.", examples=[1])]


class DestinataireOut(Sortie):
    """À qui la facture s'adresse."""

    nom: str
    adresse: str
    personne: str | None = Field(description="Qui la reçoit.")
    courriel: str | None


class EmetteurOut(Sortie):
    """Qui facture, et comment le joindre, à l'émission."""

    nom: str
    service: str
    courriel: str
    telephone: str | None
    numero_tps: str | None = Field(description="Le numéro d'inscription; absent : pas communiqué.")
    numero_tvq: str | None


class AjustementPorteOut(Sortie):
    """Une décision que porte une ligne."""

    ajustement_id: UUID
    montant: Argent
    motif: str


class TaxesOut(Sortie):
    """Ce qu'un même taux frappe, et ce qu'il ajoute (FAC-15)."""

    taux_tps: str
    taux_tvq: str
    base: Argent
    tps: Argent
    tvq: Argent


class LigneOut(Sortie):
    """Une ligne qui s'explique seule : actif ou acte, événements, tarif, calcul (FAC-9)."""

    rang: int
    nature: Nature
    source: str = Field(description="L'actif ou l'acte facturé.")
    demande: str | None = Field(default=None, description="Le numéro de la demande; absent : sans.")
    site: str | None = Field(default=None, description="Celui du dernier jour payé, s'il est dit.")
    imputation: str | None = Field(default=None, description="De même (FAC-16).")
    evenements: list[UUID] = Field(description="Ce qui a rendu la somme due, ou l'a rectifié.")
    produit: str | None
    produit_libelle: str | None
    tarif: CodeTarif
    libelle: str
    fiche: str | None = Field(description="La fiche qui porte le tarif.")
    version_fiche: int | None
    version_prix: int | None = Field(description="La version du prix au ROPN, s'il en vient.")
    periode: Periode = Field(description="La période d'origine (FAC-7).")
    debut: date
    fin: date | None = Field(description="Exclue; absente pour un acte.")
    quantite: str = Field(description="Ce que multiplie le prix, fraction de mois comprise.")
    prix_unitaire: str | None
    majoration: str | None = Field(description="Taux ajouté à la facturation (FAC-3).")
    calcul: str = Field(description="Le calcul en clair.")
    regularisation: bool = Field(description="D'une période passée, ou corrige du déjà facturé.")
    taux_tps: str = Field(description="Ceux du jour du dû, ou de la ligne corrigée (FAC-15).")
    taux_tvq: str
    ajustement: Argent = Field(description="Ce que ces décisions retranchent du dû.")
    ajustements: list[AjustementPorteOut] = Field(description="Les décisions sur ce dû (FAC-13).")
    deja_facture: Argent
    montant: Argent
    rang_corrige: int | None = Field(
        default=None, description="D'une note de décision, la ligne du document corrigé (FAC-13)."
    )


class ProjetOut(Sortie):
    """Ce que la facture dirait, sans numéro ni date d'émission."""

    nature: NatureDocument = Field(description="Total négatif : note de crédit (FAC-15).")
    organisme: str
    periode: Periode
    destinataire: DestinataireOut
    lignes: list[LigneOut]
    taxes: list[TaxesOut] = Field(description="Par taux; vide : exonéré.")
    total_avant_taxes: Argent
    tps: Argent
    tvq: Argent
    total: Argent


class FactureOut(ProjetOut):
    """Une facture émise; l'empreinte est le SHA-256 du reste, en JSON canonique."""

    numero: Numero
    emise_le: date
    emetteur: EmetteurOut | None = Field(
        default=None, description="Absent des documents émis avant qu'on ne l'y garde."
    )
    echeance: date | None = Field(
        default=None,
        description="Le dernier jour où payer à temps (FAC-17); absente : rien à payer.",
    )
    modalites: str | None = Field(default=None, description="Comment payer.")
    corrige: Numero | None = Field(default=None, description=CORRIGE)
    empreinte: str


class ResumeOut(Sortie):
    """Un document, sans ses lignes."""

    nature: NatureDocument
    numero: Numero
    corrige: Numero | None = Field(description=CORRIGE)
    organisme: str
    periode: Periode
    emise_le: date
    nombre_lignes: int
    total_avant_taxes: Argent
    tps: Argent
    tvq: Argent
    total: Argent
    empreinte: str


class AjustementIn(Entree):
    """Ce que l'on retranche du dû d'une ligne, ou y rétablit, et pourquoi."""

    model_config = exemple({"montant": "-98.00", "motif": "Le poste était hors d'usage en mai."})

    montant: Decimal = Field(
        max_digits=12,
        decimal_places=2,
        description="Dollars : négatif, on crédite; positif, on rétablit ce qui fut crédité.",
    )
    motif: champs.Motif

    @property
    def somme(self) -> Montant:
        return Montant.de(self.montant)


class AjustementOut(Sortie):
    """Une décision sur une ligne émise (FAC-13)."""

    id: UUID
    numero: Numero
    rang: int
    montant: Argent
    motif: str
    decide_le: datetime

    @classmethod
    def de(cls, ajustement: Ajustement) -> "AjustementOut":
        return cls.model_validate(colonnes(ajustement))
