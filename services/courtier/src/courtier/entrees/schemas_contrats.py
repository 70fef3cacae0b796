"""Les corps reçus et rendus des contrats spécifiques."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator
from pydantic.config import JsonDict

from contrats.base import CodeOrganisme
from courtier.cas_usage.preparer_contrat import PreparerContrat
from courtier.cas_usage.preparer_de_nouveau import PreparerDeNouveau
from courtier.cas_usage.signer_par_client import SignerParClient
from courtier.cas_usage.signer_par_fournisseur import SignerParFournisseur
from courtier.domaine.contrats import ActeContrat, Contrat, Etat, SignatureFournisseur, Trace
from courtier.domaine.termes import Besoin, Documents, Element
from courtier.entrees.champs import Code, Empreinte, Instant, Jour, exemple
from socle.web import Entree, Sortie

_CONTRAT, _ANNEXE, _ENGAGEMENT = "a" * 64, "b" * 64, "c" * 64
_OFFRE_ID = "0199f0a0-0000-7000-8000-000000000003"
_TERMES: JsonDict = {
    "debut": "2026-10-01",
    "duree_mois": 24,
    "elements": [{"offre_id": _OFFRE_ID, "quantite": 40}],
    "documents": {"contrat": _CONTRAT, "annexe_modificative": _ANNEXE, "engagement": _ENGAGEMENT},
}
_PREPARATION: JsonDict = {
    "organisme": "MTQ",
    "entente_id": "0199f0a0-0000-7000-8000-000000000002",
    **_TERMES,
}
_CLIENT: JsonDict = {
    "partie": "client",
    "contrat": _CONTRAT,
    "annexe_modificative": _ANNEXE,
    "engagement": _ENGAGEMENT,
}
_FOURNISSEUR: JsonDict = {
    "partie": "fournisseur",
    "signataire": "NB-007",
    "signe_le": "2026-09-21T15:30:00Z",
    "contrat": _CONTRAT,
    "annexe_modificative": _ANNEXE,
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
        return SignerParClient(
            contrat_id=contrat_id,
            contrat=self.contrat,
            annexe_modificative=self.annexe_modificative,
            engagement=self.engagement,
        )


class SignatureFournisseurIn(Entree):
    """La signature du fournisseur, consignée par le Courtier."""

    model_config = exemple(_FOURNISSEUR)

    partie: Literal["fournisseur"]
    signataire: Code = Field(description="Identifiant professionnel, chez le fournisseur.")
    signe_le: Instant
    contrat: Empreinte
    annexe_modificative: Empreinte

    def commande(self, contrat_id: UUID) -> SignerParFournisseur:
        return SignerParFournisseur(
            contrat_id=contrat_id,
            signataire=self.signataire,
            signe_le=self.signe_le,
            contrat=self.contrat,
            annexe_modificative=self.annexe_modificative,
        )


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
    preparation: Trace
    validation: Trace | None
    signature_client: Trace | None
    signature_fournisseur: SignatureFournisseur | None
    copie: Trace | None
    entree_permise_le: date | None = Field(
        description="Premier jour des activités d'entrée; aucun avant les deux signatures (CI-16)."
    )

    @classmethod
    def de(cls, contrat: Contrat) -> "ContratOut":
        return cls(
            id=contrat.id,
            version=contrat.version,
            organisme=contrat.organisme,
            fournisseur_id=contrat.fournisseur_id,
            entente_id=contrat.entente_id,
            etat=contrat.etat,
            actes_permis=contrat.actes_permis,
            debut=contrat.termes.debut,
            duree_mois=contrat.termes.duree_mois,
            fin=contrat.termes.fin,
            montant=contrat.termes.montant.decimal,
            elements=contrat.termes.elements,
            documents=contrat.documents,
            preparation=contrat.preparation,
            validation=contrat.validation,
            signature_client=contrat.signature_client,
            signature_fournisseur=contrat.signature_fournisseur,
            copie=contrat.copie,
            entree_permise_le=contrat.entree_permise_le,
        )
