"""Les corps reçus et rendus des contrats spécifiques."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from courtier.contrats.cas_usage.contrats import (
    PreparerContrat,
    PreparerDeNouveau,
    ResilierContrat,
    SignerParFournisseur,
)
from courtier.contrats.cas_usage.signature_client import Signabilite, SignerParClient
from courtier.contrats.domaine.contrat import Contrat, SignatureClient, SignatureFournisseur
from courtier.contrats.domaine.etats import ActeContrat, Caducite, Etat
from courtier.contrats.domaine.ruptures import Lettre, RefusDuFournisseur, Resiliation
from courtier.contrats.domaine.termes import Documents, Termes
from courtier.dossiers.domaine.elements import Element
from courtier.pieces.domaine import Visa
from noyau import jour_de_quebec
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR, Instant, Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple

_SIGNES_PAR_TOUS: JsonDict = {"contrat": "a" * 64, "annexe_modificative": "b" * 64}
_DOCUMENTS: JsonDict = {**_SIGNES_PAR_TOUS, "engagement": "c" * 64}
_PREPARATION: JsonDict = {
    "dossier_id": "0199f0a0-0000-7000-8000-000000000005",
    "debut": "2026-11-02",
    "documents": _DOCUMENTS,
    "imputation": "2100-447",
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


class DocumentsIn(Entree):
    """Les empreintes des documents préparés (CI-16)."""

    contrat: Empreinte
    annexe_modificative: Empreinte
    engagement: Empreinte


class PreparationIn(Entree):
    """Le début et les documents d'un contrat préparé de nouveau depuis son dossier."""

    model_config = exemple({"debut": "2026-11-02", "documents": _DOCUMENTS})

    debut: Jour
    documents: DocumentsIn
    dossier_id: UUID | None = Field(
        default=None, description="D'un contrat d'avant les dossiers : celui d'où il renaît."
    )

    def commande(self, contrat_id: UUID) -> PreparerDeNouveau:
        return PreparerDeNouveau(
            contrat_id=contrat_id,
            debut=self.debut,
            documents=Documents(**self.documents.model_dump()),
            dossier_id=self.dossier_id,
        )


class ContratIn(Entree):
    """Un contrat à préparer depuis un dossier confirmé, qui en dit les termes (CI-16)."""

    model_config = exemple(_PREPARATION)

    dossier_id: UUID
    debut: Jour
    documents: DocumentsIn
    imputation: Identifiant | None = Field(
        default=None, description="Le code d'imputation de l'organisme (FAC-16)."
    )

    def commande(self, contrat_id: UUID) -> PreparerContrat:
        return PreparerContrat(
            contrat_id=contrat_id,
            dossier_id=self.dossier_id,
            debut=self.debut,
            documents=Documents(**self.documents.model_dump()),
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


class RefusIn(Entree):
    """Pourquoi le fournisseur refuse de signer."""

    model_config = exemple({"motif": "Le fournisseur refuse la clause de réversibilité."})

    motif: Motif


class LettreIn(Entree):
    """La lettre de résiliation; l'organisme la garde."""

    titre: Nom
    empreinte: Empreinte
    datee_le: Jour


class ResiliationIn(Entree):
    """La date d'effet, et la lettre, transmise au Courtier du même coup (CI-17)."""

    model_config = exemple(
        {
            "effet": "2027-04-01",
            "lettre": {
                "titre": "Lettre de résiliation",
                "empreinte": "a4" * 32,
                "datee_le": "2026-10-28",
            },
            "motif": "Le service est regroupé avec celui d'un autre organisme.",
        }
    )

    effet: Jour = Field(description="Le premier jour qui n'est plus du contrat.")
    lettre: LettreIn
    motif: Motif

    def commande(self, contrat_id: UUID, piece_id: UUID) -> ResilierContrat:
        lettre = self.lettre
        return ResilierContrat(
            contrat_id=contrat_id,
            effet=self.effet,
            lettre=Lettre(piece_id, lettre.empreinte, lettre.datee_le),
            titre=lettre.titre,
            motif=self.motif,
        )


class TermesCourantsOut(Sortie):
    """Les termes d'aujourd'hui : ceux du contrat et ce que ses avenants y changent (CI-17)."""

    duree_mois: int
    fin: date = Field(description="Sans la résiliation.")
    montant: Decimal
    elements: tuple[Element, ...]

    @classmethod
    def de(cls, termes: Termes) -> "TermesCourantsOut":
        deduits = {"fin": termes.fin, "montant": termes.montant.decimal}
        return cls.model_validate({**colonnes(termes), **deduits})


class ContratOut(Sortie):
    """Un contrat spécifique, ses prix figés et ses signatures; les avenants à part."""

    id: UUID
    version: int
    organisme: str
    fournisseur_id: UUID
    entente_id: UUID
    dossier_id: UUID | None
    imputation: str | None
    etat: Etat
    actes_permis: tuple[ActeContrat, ...] = Field(
        description="Ce que l'état permet; ce qui empêche de signer se lit à `…/signature`."
    )
    debut: date
    duree_mois: int
    fin: date = Field(
        description="Premier jour après le contrat, avenants et résiliation compris (CI-17)."
    )
    montant: Decimal
    elements: tuple[Element, ...]
    courants: TermesCourantsOut
    avenants: int = Field(description="Combien sont conclus.")
    documents: Documents
    preparation: Visa
    validation: Visa | None
    caducite: Caducite | None = Field(
        description="Pourquoi ce qui est préparé ne se signe plus, et depuis quand (CI-16)."
    )
    signature_client: SignatureClient | None
    signature_fournisseur: SignatureFournisseur | None
    copie: Visa | None
    entree_permise_le: date | None = Field(
        description="Premier jour des activités d'entrée; aucun avant les deux signatures (CI-16)."
    )
    refus: RefusDuFournisseur | None
    resiliation: Resiliation | None

    @classmethod
    def de(cls, contrat: Contrat, jour: date) -> "ContratOut":
        """Tel qu'il se lit ce jour-là : échu et résilié ne s'écrivent jamais d'avance."""
        deduits = {
            "etat": contrat.etat_le(jour),
            "actes_permis": contrat.actes_le(jour),
            "fin": contrat.fin,
            "montant": contrat.termes.montant.decimal,
            "courants": TermesCourantsOut.de(contrat.courants),
            "avenants": len(contrat.changements),
            "entree_permise_le": contrat.entree_permise_le,
        }
        return cls.model_validate({**colonnes(contrat), **colonnes(contrat.termes), **deduits})


class ManqueOut(Sortie):
    """Ce qui empêche un acte : la règle, la phrase et les détails que dirait son refus."""

    regle: str | None
    detail: str
    details: dict[str, object]


class SignabiliteOut(Sortie):
    """Ce qui empêche aujourd'hui le client de signer ce contrat."""

    contrat_id: UUID
    le: datetime = Field(description="L'instant que jugent ces contrôles.")
    etat: Etat
    manque: tuple[ManqueOut, ...] = Field(description="Vide : le client peut signer.")

    @classmethod
    def de(cls, lue: Signabilite, le: datetime) -> "SignabiliteOut":
        manque = (
            ManqueOut(regle=r.regle, detail=r.message, details=dict(r.details)) for r in lue.refus
        )
        return cls(
            contrat_id=lue.contrat.id,
            le=le,
            etat=lue.contrat.etat_le(jour_de_quebec(le)),
            manque=tuple(manque),
        )
