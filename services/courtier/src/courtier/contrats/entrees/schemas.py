"""Les corps reçus et rendus des contrats spécifiques."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator
from pydantic.config import JsonDict

from contrats.base import CodeOrganisme
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
    SignatureFournisseur,
    Visa,
)
from courtier.contrats.domaine.termes import Besoin, Documents, Element
from socle.bd.conversion import colonnes
from socle.web import Entree, Sortie, exemple
from socle.web.champs import NORMALISE, SUR, Instant, Jour

_OFFRE_ID = "0199f0a0-0000-7000-8000-000000000003"
_SIGNES_PAR_TOUS: JsonDict = {"contrat": "a" * 64, "annexe_modificative": "b" * 64}
_DOCUMENTS: JsonDict = {**_SIGNES_PAR_TOUS, "engagement": "c" * 64}
_TERMES: JsonDict = {
    "debut": "2026-10-01",
    "duree_mois": 24,
    "elements": [{"offre_id": _OFFRE_ID, "quantite": 40}],
    "documents": _DOCUMENTS,
}
_PREPARATION: JsonDict = {
    "organisme": "MTQ",
    "entente_id": "0199f0a0-0000-7000-8000-000000000002",
    **_TERMES,
}
_CLIENT: JsonDict = {"partie": "client", **_DOCUMENTS}
_FOURNISSEUR: JsonDict = {
    "partie": "fournisseur",
    "signataire": "NB-007",
    "signe_le": "2026-09-21T15:30:00Z",
    **_SIGNES_PAR_TOUS,
}
_RENDU: JsonDict = {
    **_PREPARATION,
    "id": "0199f0a0-0000-7000-8000-000000000004",
    "version": 4,
    "fournisseur_id": "0199f0a0-0000-7000-8000-000000000001",
    "etat": "signe",
    "actes_permis": ["copie"],
    "fin": "2028-10-01",
    "montant": "12000.00",
    "elements": [
        {
            "offre_id": _OFFRE_ID,
            "quantite": 40,
            "prix": "12.50",
            "version_prix": 1,
            "version_offre": 2,
        }
    ],
    "preparation": {"par": "courtier-1", "le": "2026-09-14T14:00:00Z"},
    "validation": {"par": "gestionnaire-mtq", "le": "2026-09-15T14:00:00Z"},
    "signature_client": {"par": "signataire-mtq", "le": "2026-09-17T14:00:00Z"},
    "signature_fournisseur": {
        "signataire": "NB-007",
        "le": "2026-09-21T15:30:00Z",
        "consignee": {"par": "courtier-1", "le": "2026-09-21T18:00:00Z"},
        "copie_due_le": "2026-09-28",
    },
    "copie": None,
    "entree_permise_le": "2026-10-01",
}


Empreinte = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadécimal.")]
Identifiant = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]


class ElementIn(Entree):
    """Une offre et sa quantité."""

    offre_id: UUID
    quantite: int = Field(ge=1, le=1_000_000)


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
            quantites={element.offre_id: element.quantite for element in self.elements},
        )

    def preparation(self, contrat_id: UUID) -> PreparerDeNouveau:
        documents = Documents(**self.documents.model_dump())
        return PreparerDeNouveau(contrat_id=contrat_id, besoin=self.besoin(), documents=documents)


class ContratIn(TermesIn):
    """Un contrat à préparer; son fournisseur est celui de l'entente-cadre."""

    model_config = exemple(_PREPARATION)

    organisme: CodeOrganisme
    entente_id: UUID

    def commande(self, contrat_id: UUID) -> PreparerContrat:
        return PreparerContrat(
            contrat_id=contrat_id,
            organisme=self.organisme,
            entente_id=self.entente_id,
            besoin=self.besoin(),
            documents=Documents(**self.documents.model_dump()),
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

    model_config = exemple(_RENDU)

    id: UUID
    version: int
    organisme: str
    fournisseur_id: UUID
    entente_id: UUID
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
    signature_client: Visa | None
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
