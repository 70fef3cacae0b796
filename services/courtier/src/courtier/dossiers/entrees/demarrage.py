"""Les corps de l'étape 5 et de la vie du dossier : contact, rencontre, budget, retour, fin."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeOuvert
from courtier.dossiers.cas_usage.analyses import ConfirmerBesoins
from courtier.dossiers.cas_usage.dossiers import (
    CloreDossier,
    DireDecret,
    PoserGeste,
    TenirRencontre,
)
from courtier.dossiers.domaine.actes import Etape, Fin, Retour
from courtier.dossiers.domaine.demarrage import (
    Admissibilite,
    Budget,
    Contact,
    Informations,
    Verification,
)
from courtier.dossiers.entrees.analyses import Dollars
from courtier.dossiers.entrees.valeurs import (
    FOURNISSEUR_ID,
    Empreinte,
    Justifications,
    OffresVoulues,
    Periodes,
)
from courtier.dossiers.ports import PieceDite
from courtier.pieces.domaine import GenrePiece
from socle.champs import Instant, Jour, Motif, Nom, Texte
from socle.identifiants import uuid7
from socle.web import Entree, exemple


class DossierIn(Entree):
    """Un dossier à ouvrir."""

    model_config = exemple({"titre": "Courriel du ministère"})

    titre: Nom


class ContactIn(Entree):
    """La demande de rencontre de démarrage : le fournisseur choisi, et quand (CI-16, IC-1)."""

    model_config = exemple({"fournisseur_id": FOURNISSEUR_ID, "partenaire": None})

    fournisseur_id: UUID
    partenaire: Nom | None = None
    le: Instant | None = Field(default=None, description="Absent : maintenant.")

    def contenu(self, maintenant: datetime) -> Contact:
        return Contact(
            fournisseur_id=self.fournisseur_id,
            partenaire=self.partenaire,
            le=self.le or maintenant,
        )


class InformationsIn(Entree):
    """Ce que l'organisme fournit avant la rencontre, et ce qu'il a lu."""

    model_config = exemple(
        {
            "texte": "Cent boîtes, puis cent vingt.",
            "conditions_lues": True,
            "engagement_lu": True,
        }
    )

    texte: Texte
    conditions_lues: bool = Field(description="Les conditions contractuelles applicables.")
    engagement_lu: bool = Field(description="Le formulaire d'engagement de la clientèle.")

    @property
    def contenu(self) -> Informations:
        return Informations(**dict(self))


class RencontreIn(Entree):
    """La rencontre de démarrage, tenue; sans points, tous ceux de l'ordre du jour type."""

    model_config = exemple({"tenue_le": "2026-09-15T18:00:00Z"})

    tenue_le: Instant
    ordre_du_jour: Annotated[tuple[CodeOuvert, ...], Field(max_length=50)] = ()

    def commande(self, dossier_id: UUID) -> TenirRencontre:
        return TenirRencontre(dossier_id=dossier_id, **dict(self))


class BudgetIn(Entree):
    """L'autorisation budgétaire, avant taxes (CI-16)."""

    model_config = exemple({"montant": "40000.00", "date": "2026-09-15", "empreinte": "f" * 64})

    montant: Dollars
    date: Jour
    empreinte: Empreinte

    def commande(self, dossier_id: UUID) -> PoserGeste:
        piece = PieceDite(
            piece_id=uuid7(),
            genre=GenrePiece.AUTORISATION_BUDGETAIRE,
            titre="Autorisation budgétaire",
            empreinte=self.empreinte,
            datee_le=self.date,
        )
        budget = Budget(**dict(self))
        return PoserGeste(dossier_id=dossier_id, contenu=budget, pieces=(piece,))


class ConfirmationIn(Entree):
    """La confirmation finale des besoins; un champ absent n'a pas changé (CI-16)."""

    model_config = exemple({"duree_mois": 24})

    duree_mois: int | None = Field(default=None, ge=1, le=1_200)
    consommation: Periodes | None = None
    offres: OffresVoulues | None = Field(
        default=None, description="Celles du scénario choisi, si elles changent."
    )
    justifications: Justifications = Field(
        default=(), description="Le motif de chaque réserve que le choix n'avait pas (CI-15)."
    )

    def commande(self, dossier_id: UUID) -> ConfirmerBesoins:
        consommation, offres = self.consommation, self.offres
        return ConfirmerBesoins(
            dossier_id=dossier_id,
            duree_mois=self.duree_mois,
            consommation=tuple(q.besoin for q in consommation) if consommation else None,
            offres=tuple(o.voulue for o in offres) if offres else None,
            justifications=tuple(j.justification for j in self.justifications),
        )


class VerificationIn(Entree):
    """Une vérification du fournisseur, et jusqu'où elle vaut, jour compris."""

    nature: CodeOuvert = Field(examples=["attestation_revenu_quebec"])
    faite_le: Jour
    valide_jusqu_au: Jour
    empreinte: Empreinte


class AdmissibiliteIn(Entree):
    """L'admissibilité administrative du fournisseur choisi (CI-16)."""

    model_config = exemple(
        {
            "fournisseur_id": FOURNISSEUR_ID,
            "verifications": [
                {
                    "nature": "attestation_revenu_quebec",
                    "faite_le": "2026-09-15",
                    "valide_jusqu_au": "2026-12-31",
                    "empreinte": "9" * 64,
                }
            ],
        }
    )

    fournisseur_id: UUID
    verifications: Annotated[tuple[VerificationIn, ...], Field(min_length=1, max_length=20)]

    def commande(self, dossier_id: UUID) -> PoserGeste:
        verifications = tuple(Verification(**dict(v)) for v in self.verifications)
        pieces = tuple(
            PieceDite(
                piece_id=uuid7(),
                genre=GenrePiece.ADMISSIBILITE,
                titre="Vérification de l'admissibilité du fournisseur",
                empreinte=v.empreinte,
                datee_le=v.faite_le,
            )
            for v in verifications
        )
        contenu = Admissibilite(fournisseur_id=self.fournisseur_id, verifications=verifications)
        return PoserGeste(dossier_id=dossier_id, contenu=contenu, pieces=pieces)


class RetourIn(Entree):
    """L'étape à laquelle on revient; ce qui la suivait est à refaire (CI-10)."""

    model_config = exemple({"etape": 4, "motif": "Un autre scénario est à comparer."})

    etape: int = Field(ge=1, le=5)
    motif: Motif

    @property
    def contenu(self) -> Retour:
        return Retour(etape=Etape(self.etape), motif=self.motif)


class ClotureIn(Entree):
    """La fin d'un dossier sans contrat."""

    model_config = exemple({"issue": "sans_suite", "motif": "Le projet est reporté."})

    issue: Literal[Fin.SANS_SUITE, Fin.AUTRE_VEHICULE]
    motif: Motif

    def commande(self, dossier_id: UUID) -> CloreDossier:
        return CloreDossier(dossier_id=dossier_id, **dict(self))


class PieceIn(Entree):
    """Une pièce du dossier : ce qu'elle est, sa date, l'empreinte qui la prouve."""

    model_config = exemple(
        {
            "genre": "choix",
            "titre": "Grille d'analyse",
            "empreinte": "8" * 64,
            "datee_le": "2026-09-01",
        }
    )

    genre: GenrePiece
    titre: Nom
    empreinte: Empreinte
    datee_le: Jour

    def piece(self, piece_id: UUID) -> PieceDite:
        return PieceDite(piece_id=piece_id, **dict(self))


class DecretIn(Entree):
    """Le décret 596-2020 oblige un organisme, ou non, à compter d'un jour (CI-10)."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "oblige": True,
            "depuis": "2026-04-01",
            "motif": "Annexe du décret.",
        }
    )

    organisme: CodeOrganisme
    oblige: bool
    depuis: Jour
    motif: Motif

    @property
    def commande(self) -> DireDecret:
        return DireDecret(**dict(self))
