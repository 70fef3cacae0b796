"""Les corps reçus et rendus des contrats spécifiques."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator, model_validator
from pydantic.config import JsonDict

from contrats.base import CodeOrganisme, CodeOuvert
from courtier.catalogue.domaine import BASE
from courtier.contrats.cas_usage import (
    PreparerContrat,
    PreparerDeNouveau,
    SignerParClient,
    SignerParFournisseur,
)
from courtier.contrats.domaine.contrat import (
    ActeContrat,
    Contrat,
    Etat,
    SignatureClient,
    SignatureFournisseur,
)
from courtier.contrats.domaine.elements import Element, QuantitePeriode, Quantites
from courtier.contrats.domaine.termes import DUREE_MAXIMALE, Besoin, Documents
from courtier.pieces.domaine import Visa
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR, Instant, Jour
from socle.web import Entree, Sortie, exemple

_OFFRE_ID = "0199f0a0-0000-7000-8000-000000000003"
_SIGNES_PAR_TOUS: JsonDict = {"contrat": "a" * 64, "annexe_modificative": "b" * 64}
_DOCUMENTS: JsonDict = {**_SIGNES_PAR_TOUS, "engagement": "c" * 64}
_PAR_PERIODE: JsonDict = {
    "quantites": [
        {"du_mois": 1, "au_mois": 12, "quantite": 100},
        {"du_mois": 13, "au_mois": 24, "quantite": 120},
    ]
}
_TERMES: JsonDict = {
    "debut": "2026-10-01",
    "duree_mois": 24,
    "elements": [{"offre_id": _OFFRE_ID, "composantes": [{"code": "base", **_PAR_PERIODE}]}],
    "documents": _DOCUMENTS,
}
_PREPARATION: JsonDict = {
    "organisme": "MTQ",
    "entente_id": "0199f0a0-0000-7000-8000-000000000002",
    "dossier_id": "0199f0a0-0000-7000-8000-000000000005",
    "imputation": "2100-447",
    **_TERMES,
}
_CLIENT: JsonDict = {"partie": "client", **_DOCUMENTS}
_FOURNISSEUR: JsonDict = {
    "partie": "fournisseur",
    "signataire": "NB-007",
    "signe_le": "2026-09-21T15:30:00Z",
    **_SIGNES_PAR_TOUS,
}

Empreinte = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256, hexadécimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
Identifiant = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]


Unites = Annotated[int, Field(ge=0, le=1_000_000)]
NombreTotal = Annotated[int, Field(ge=1, le=1_000_000)]
RangDeMois = Annotated[int, Field(ge=1, le=DUREE_MAXIMALE)]


class QuantiteIn(Entree):
    """Combien d'unités, d'un mois du contrat à un autre, compris."""

    du_mois: RangDeMois = Field(description="1 : le premier mois du contrat.")
    au_mois: RangDeMois
    quantite: Unites


class ComposanteVoulueIn(Entree):
    """Une composante du prix publié, et ses quantités (CI-14)."""

    code: CodeOuvert = Field(examples=["base"])
    quantite: NombreTotal | None = Field(
        default=None, description="Pour toute la durée; d'une composante unique, une fois."
    )
    quantites: Annotated[tuple[QuantiteIn, ...], Field(min_length=1, max_length=36)] | None = Field(
        default=None, description="Par période, sans trou ni chevauchement."
    )

    @model_validator(mode="after")
    def _une_forme(self) -> "ComposanteVoulueIn":
        if (self.quantite is None) == (self.quantites is None):
            raise ValueError("Une composante donne « quantite », ou « quantites » par période.")
        return self

    @property
    def voulues(self) -> Quantites:
        return self.quantite or tuple(QuantitePeriode(**dict(q)) for q in self.quantites or ())


class ElementIn(Entree):
    """Une offre : ses composantes; ou `quantite` seule, la forme courte."""

    offre_id: UUID
    composantes: (
        Annotated[tuple[ComposanteVoulueIn, ...], Field(min_length=1, max_length=20)] | None
    ) = Field(default=None, description="Dont la base.")
    quantite: NombreTotal | None = Field(
        default=None, description="Forme courte : de la base, pour toute la durée."
    )

    @model_validator(mode="after")
    def _une_forme(self) -> "ElementIn":
        if (self.quantite is None) == (self.composantes is None):
            raise ValueError("Une offre donne ses composantes, ou « quantite » seule.")
        codes = {composante.code for composante in self.composantes or ()}
        if len(codes) < len(self.composantes or ()):
            raise ValueError("Une composante ne figure qu'une fois.")
        return self

    @property
    def voulues(self) -> Mapping[str, Quantites]:
        if self.quantite is not None:
            return {BASE: self.quantite}
        return {composante.code: composante.voulues for composante in self.composantes or ()}


class DocumentsIn(Entree):
    """Les empreintes des documents préparés (CI-16)."""

    contrat: Empreinte
    annexe_modificative: Empreinte
    engagement: Empreinte


class TermesIn(Entree):
    """Les termes et les documents d'un contrat préparé de nouveau."""

    model_config = exemple(_TERMES)

    debut: Jour
    duree_mois: int = Field(
        ge=1, le=1_200, description="Renouvellements compris; 36 au plus (CI-17)."
    )
    elements: Annotated[tuple[ElementIn, ...], Field(min_length=1, max_length=100)]
    documents: DocumentsIn

    @field_validator("elements")
    @classmethod
    def _sans_doublon(cls, elements: tuple[ElementIn, ...]) -> tuple[ElementIn, ...]:
        if len({element.offre_id for element in elements}) < len(elements):
            raise ValueError("Une offre ne figure qu'une fois; additionnez ses quantités.")
        return elements

    def besoin(self) -> Besoin:
        return Besoin(
            debut=self.debut,
            duree_mois=self.duree_mois,
            voulu={element.offre_id: element.voulues for element in self.elements},
        )

    def preparation(self, contrat_id: UUID) -> PreparerDeNouveau:
        documents = Documents(**self.documents.model_dump())
        return PreparerDeNouveau(contrat_id=contrat_id, besoin=self.besoin(), documents=documents)


class ContratIn(TermesIn):
    """Un contrat à préparer; son fournisseur est celui de l'entente-cadre."""

    model_config = exemple(_PREPARATION)

    organisme: CodeOrganisme
    entente_id: UUID
    dossier_id: UUID | None = Field(
        default=None, description="Le dossier d'acquisition dont il naît."
    )
    imputation: Identifiant | None = Field(
        default=None, description="Le code d'imputation de l'organisme (FAC-16)."
    )

    def commande(self, contrat_id: UUID) -> PreparerContrat:
        return PreparerContrat(
            contrat_id=contrat_id,
            organisme=self.organisme,
            entente_id=self.entente_id,
            besoin=self.besoin(),
            documents=Documents(**self.documents.model_dump()),
            dossier_id=self.dossier_id,
            imputation=self.imputation,
        )


class SignatureClientIn(Entree):
    """La signature du client : les documents tels que préparés, et l'engagement signé."""

    model_config = exemple(_CLIENT)

    partie: Literal["client"]
    contrat: Empreinte
    annexe_modificative: Empreinte
    engagement: Empreinte | None = Field(
        default=None, description="Absente, la signature est refusée (CI-16)."
    )

    def commande(self, contrat_id: UUID) -> SignerParClient:
        return SignerParClient(contrat_id=contrat_id, **self.model_dump(exclude={"partie"}))


class SignatureFournisseurIn(Entree):
    """La signature du fournisseur, consignée par le Courtier."""

    model_config = exemple(_FOURNISSEUR)

    partie: Literal["fournisseur"]
    signataire: Identifiant = Field(description="Identifiant professionnel, chez le fournisseur.")
    signe_le: Instant
    contrat: Empreinte
    annexe_modificative: Empreinte

    def commande(self, contrat_id: UUID) -> SignerParFournisseur:
        return SignerParFournisseur(contrat_id=contrat_id, **self.model_dump(exclude={"partie"}))


SignatureIn = Annotated[SignatureClientIn | SignatureFournisseurIn, Field(discriminator="partie")]


class CopieIn(Entree):
    """La transmission de la copie au Courtier; sans instant, c'est maintenant."""

    model_config = exemple({})

    transmise_le: Instant | None = None


class ContratOut(Sortie):
    """Un contrat spécifique, ses prix figés et ses signatures."""

    id: UUID
    version: int
    organisme: str
    fournisseur_id: UUID
    entente_id: UUID
    dossier_id: UUID | None
    imputation: str | None
    etat: Etat
    actes_permis: tuple[ActeContrat, ...]
    debut: date
    duree_mois: int
    fin: date = Field(description="Premier jour après le contrat.")
    montant: Decimal
    elements: tuple[Element, ...]
    documents: Documents
    preparation: Visa
    validation: Visa | None
    signature_client: SignatureClient | None
    signature_fournisseur: SignatureFournisseur | None
    copie: Visa | None
    entree_permise_le: date | None = Field(
        description="Premier jour des activités d'entrée; aucun avant les deux signatures (CI-16)."
    )

    @classmethod
    def de(cls, contrat: Contrat) -> "ContratOut":
        deduits = {
            "etat": contrat.etat,
            "actes_permis": contrat.actes_permis,
            "fin": contrat.termes.fin,
            "montant": contrat.termes.montant.decimal,
            "entree_permise_le": contrat.entree_permise_le,
        }
        return cls.model_validate({**colonnes(contrat), **colonnes(contrat.termes), **deduits})
