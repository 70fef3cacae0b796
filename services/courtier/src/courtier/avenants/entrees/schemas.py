"""Les corps reçus et rendus des avenants."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from contrats.base import CodeOuvert
from courtier.avenants.cas_usage import (
    AutoriserAvenant,
    AutoriserBudget,
    DeposerEfvp,
    PieceSignee,
    PreparerAvenant,
    SignerParClient,
    SignerParFournisseur,
)
from courtier.avenants.domaine.avenant import (
    Abandon,
    ActeAvenant,
    AutorisationDepense,
    Avenant,
    EtatAvenant,
    Texte,
)
from courtier.avenants.domaine.effets import ChangementVoulu
from courtier.contrats.domaine.contrat import SignatureClient, SignatureFournisseur
from courtier.contrats.domaine.courants import Changement, QuantiteRevue
from courtier.contrats.entrees.schemas import Empreinte, Identifiant
from courtier.dossiers.domaine.besoins import DUREE_MAXIMALE
from courtier.dossiers.domaine.demarrage import Budget
from courtier.dossiers.domaine.efvp import Efvp, Examen
from courtier.dossiers.domaine.elements import QuantitePeriode, Quantites
from courtier.dossiers.entrees.schemas import ExamenIn
from courtier.pieces.domaine import Visa
from socle.bd.conversion import colonnes
from socle.champs import Instant, Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple

RangDeMois = Annotated[int, Field(ge=1, le=DUREE_MAXIMALE)]
_DOCUMENT = "e" * 64
_PREPARATION: JsonDict = {
    "objet": "Vingt boîtes de plus, dès le septième mois.",
    "accessoire": "Les mêmes services, pour une équipe qui grandit.",
    "avenant": _DOCUMENT,
    "quantites": [
        {
            "offre_id": "0199f0a0-0000-7000-8000-000000000003",
            "composante": "base",
            "quantites": [{"du_mois": 7, "au_mois": 24, "quantite": 140}],
        }
    ],
}


class QuantiteRevueIn(Entree):
    """Combien d'unités, d'un mois du contrat à un autre, compris."""

    du_mois: RangDeMois = Field(description="1 : le premier mois du contrat.")
    au_mois: RangDeMois
    quantite: Annotated[int, Field(ge=0, le=1_000_000)]


Revues = Annotated[tuple[QuantiteRevueIn, ...], Field(min_length=1, max_length=DUREE_MAXIMALE)]


def _periodes(revues: Revues) -> tuple[QuantitePeriode, ...]:
    return tuple(QuantitePeriode(**dict(revue)) for revue in revues)


class QuantitesRevuesIn(Entree):
    """Une composante du contrat, et les mois où ses quantités changent, à son prix."""

    offre_id: UUID
    composante: CodeOuvert = Field(examples=["base"])
    quantites: Revues

    @property
    def revues(self) -> QuantiteRevue:
        return QuantiteRevue(
            offre_id=self.offre_id,
            composante=self.composante,
            quantites=_periodes(self.quantites),
        )


class ComposanteAjouteeIn(Entree):
    """Une composante du prix publié, et ses quantités (CI-14)."""

    code: CodeOuvert = Field(examples=["base"])
    quantite: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="Jusqu'à la fin du contrat; d'une composante unique, une fois."
    )
    quantites: Revues | None = Field(
        default=None, description="Par période, sans trou ni chevauchement."
    )

    @model_validator(mode="after")
    def _une_forme(self) -> "ComposanteAjouteeIn":
        if (self.quantite is None) == (self.quantites is None):
            raise ValueError("Une composante donne « quantite », ou « quantites » par période.")
        return self

    @property
    def voulues(self) -> Quantites:
        return self.quantite or _periodes(self.quantites or ())


class OffreAjouteeIn(Entree):
    """Une offre de plus au contrat, à ses prix publiés du jour."""

    offre_id: UUID
    composantes: Annotated[tuple[ComposanteAjouteeIn, ...], Field(min_length=1, max_length=20)] = (
        Field(description="Dont la base.")
    )

    @model_validator(mode="after")
    def _sans_doublon(self) -> "OffreAjouteeIn":
        if len({c.code for c in self.composantes}) < len(self.composantes):
            raise ValueError("Une composante ne figure qu'une fois.")
        return self

    @property
    def voulues(self) -> Mapping[str, Quantites]:
        return {composante.code: composante.voulues for composante in self.composantes}


class AvenantIn(Entree):
    """Ce que l'avenant change, pourquoi, et l'empreinte du document préparé."""

    model_config = exemple(_PREPARATION)

    objet: Nom
    accessoire: Motif = Field(
        description="En quoi il est accessoire et ne change pas la nature du contrat (CI-17)."
    )
    avenant: Empreinte
    quantites: Annotated[tuple[QuantitesRevuesIn, ...], Field(max_length=200)] = ()
    offres: Annotated[tuple[OffreAjouteeIn, ...], Field(max_length=20)] = Field(
        default=(), description="Ajoutées, aux prix publiés du jour."
    )
    du_mois: int | None = Field(
        default=None,
        ge=1,
        le=DUREE_MAXIMALE,
        description="Le mois du contrat où entrent les offres ajoutées; absent : celui qui court.",
    )
    duree_mois: int | None = Field(
        default=None, ge=1, le=1_200, description="La durée entière; 36 au plus (CI-17)."
    )
    conditions: Motif | None = Field(
        default=None, description="Ce qu'on y changerait des conditions : toujours refusé (CI-17)."
    )
    portee: Motif | None = Field(
        default=None, description="Ce qu'on y changerait de la portée : toujours refusé (CI-17)."
    )

    @model_validator(mode="after")
    def _sans_doublon(self) -> "AvenantIn":
        revues = [(q.offre_id, q.composante) for q in self.quantites]
        offres = [e.offre_id for e in self.offres]
        if len(set(revues)) < len(revues) or len(set(offres)) < len(offres):
            raise ValueError("Une composante, ou une offre, ne figure qu'une fois.")
        return self

    def commande(self, contrat_id: UUID, avenant_id: UUID) -> PreparerAvenant:
        return PreparerAvenant(
            avenant_id=avenant_id,
            contrat_id=contrat_id,
            voulu=ChangementVoulu(
                duree_mois=self.duree_mois,
                quantites=tuple(q.revues for q in self.quantites),
                offres={e.offre_id: e.voulues for e in self.offres},
                du_mois=self.du_mois,
                conditions=self.conditions,
                portee=self.portee,
            ),
            texte=Texte(objet=self.objet, accessoire=self.accessoire, empreinte=self.avenant),
        )


class PieceSigneeIn(Entree):
    """La fiche que le dirigeant a signée; l'organisme la garde."""

    titre: Nom
    empreinte: Empreinte
    datee_le: Jour


class AutorisationAvenantIn(Entree):
    """L'autorisation du dirigeant; sans pièce, c'est lui qui la donne de son jeton."""

    model_config = exemple(
        {
            "piece": {
                "titre": "Autorisation du dirigeant",
                "empreinte": "5" * 64,
                "datee_le": "2026-09-21",
            }
        }
    )

    piece: PieceSigneeIn | None = None

    def commande(self, contrat_id: UUID, avenant_id: UUID, piece_id: UUID) -> AutoriserAvenant:
        piece = self.piece
        return AutoriserAvenant(
            contrat_id=contrat_id,
            avenant_id=avenant_id,
            piece=PieceSignee(piece_id=piece_id, **piece.model_dump()) if piece else None,
        )


class EfvpAvenantIn(Entree):
    """L'EFVP des offres ajoutées : de chacune, le lieu retenu, et lui seul (CI-13)."""

    model_config = exemple(
        {
            "date": "2026-09-21",
            "empreinte": "d" * 64,
            "examens": [
                {
                    "offre_id": "0199f0a0-0000-7000-8000-000000000003",
                    "lieu": "Montréal",
                    "accepte": True,
                    "motif": "Hébergement au Québec.",
                }
            ],
        }
    )

    date: Jour
    empreinte: Empreinte
    examens: Annotated[tuple[ExamenIn, ...], Field(min_length=1, max_length=20)]

    def commande(self, contrat_id: UUID, avenant_id: UUID, piece_id: UUID) -> DeposerEfvp:
        return DeposerEfvp(
            contrat_id=contrat_id,
            avenant_id=avenant_id,
            examens=tuple(Examen(**dict(e)) for e in self.examens),
            piece=PieceSignee(
                piece_id=piece_id,
                titre="Évaluation des facteurs relatifs à la vie privée",
                empreinte=self.empreinte,
                datee_le=self.date,
            ),
        )


class BudgetAvenantIn(Entree):
    """L'autorisation budgétaire du contrat modifié, avant taxes (CI-16)."""

    model_config = exemple({"montant": "60000.00", "date": "2026-09-21", "empreinte": "8b" * 32})

    montant: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
    date: Jour
    empreinte: Empreinte

    def commande(self, contrat_id: UUID, avenant_id: UUID, piece_id: UUID) -> AutoriserBudget:
        return AutoriserBudget(
            contrat_id=contrat_id,
            avenant_id=avenant_id,
            montant=self.montant,
            piece=PieceSignee(
                piece_id=piece_id,
                titre="Autorisation budgétaire de l'avenant",
                empreinte=self.empreinte,
                datee_le=self.date,
            ),
        )


class SignatureAvenantClientIn(Entree):
    """La signature du client : le document tel que préparé."""

    model_config = exemple({"partie": "client", "avenant": _DOCUMENT})

    partie: Literal["client"]
    avenant: Empreinte

    def commande(self, contrat_id: UUID, avenant_id: UUID) -> SignerParClient:
        return SignerParClient(contrat_id=contrat_id, avenant_id=avenant_id, empreinte=self.avenant)


class SignatureAvenantFournisseurIn(Entree):
    """La signature du fournisseur, consignée par le Courtier."""

    model_config = exemple(
        {
            "partie": "fournisseur",
            "signataire": "NB-007",
            "signe_le": "2026-09-21T18:00:00Z",
            "avenant": _DOCUMENT,
        }
    )

    partie: Literal["fournisseur"]
    signataire: Identifiant = Field(description="Identifiant professionnel, chez le fournisseur.")
    signe_le: Instant
    avenant: Empreinte

    def commande(self, contrat_id: UUID, avenant_id: UUID) -> SignerParFournisseur:
        return SignerParFournisseur(
            contrat_id=contrat_id,
            avenant_id=avenant_id,
            signataire=self.signataire,
            signe_le=self.signe_le,
            empreinte=self.avenant,
        )


SignatureAvenantIn = Annotated[
    SignatureAvenantClientIn | SignatureAvenantFournisseurIn, Field(discriminator="partie")
]


class CopieAvenantIn(Entree):
    """La transmission de la copie au Courtier; sans instant, c'est maintenant."""

    model_config = exemple({})

    transmise_le: Instant | None = None


class AbandonIn(Entree):
    """Pourquoi l'avenant ne se conclura pas."""

    model_config = exemple({"motif": "Le besoin a disparu."})

    motif: Motif


class AvenantOut(Sortie):
    """Un avenant, ce qu'il change du contrat, et ses signatures."""

    id: UUID
    version: int
    numero: int = Field(description="Son rang au contrat, abandonnés compris.")
    organisme: str
    contrat_id: UUID
    dossier_id: UUID | None
    etat: EtatAvenant
    actes_permis: tuple[ActeAvenant, ...]
    objet: str
    accessoire: str
    avenant: str = Field(description="SHA-256 du document préparé.")
    changement: Changement
    montant_avant: Decimal
    montant_apres: Decimal
    ajout: Decimal = Field(description="Ce qu'il ajoute au montant; négatif, ce qu'il retranche.")
    autorisation_exigee: bool = Field(
        description="Le jour de sa préparation : le dirigeant autorise avant la signature, au seuil"
        " d'appel d'offres (CI-17), ou si des unités s'ajoutent à celles qu'une conversion dite"
        " avait comptées (CI-15)."
    )
    preparation: Visa
    validation: Visa | None
    autorisation: AutorisationDepense | None
    efvp: Efvp | None = Field(description="Des offres ajoutées, si elle est déposée (CI-13).")
    budget: Budget | None = Field(description="Absent : celui du dossier vaut encore (CI-16).")
    signature_client: SignatureClient | None
    signature_fournisseur: SignatureFournisseur | None
    copie: Visa | None
    abandon: Abandon | None

    @classmethod
    def de(cls, avenant: Avenant) -> "AvenantOut":
        effet, texte = avenant.effet, avenant.texte
        deduits: Mapping[str, object] = {
            "etat": avenant.etat,
            "actes_permis": avenant.actes_permis,
            "objet": texte.objet,
            "accessoire": texte.accessoire,
            "avenant": texte.empreinte,
            "changement": effet.changement,
            "montant_avant": effet.avant.decimal,
            "montant_apres": effet.apres.decimal,
            "ajout": effet.ajout.decimal,
        }
        return cls.model_validate({**colonnes(avenant), **deduits})
