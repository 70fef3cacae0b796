"""Les corps reçus et rendus des évaluations du rendement."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, JsonValue, model_validator
from pydantic.config import JsonDict

from contrats.base import CodeOuvert
from courtier.contrats.entrees.schemas import Empreinte
from courtier.evaluations.cas_usage import annuelles, finales
from courtier.evaluations.domaine.annuelles import EvaluationAnnuelle
from courtier.evaluations.domaine.criteres import CritereEvalue, NoteEvaluation, ReponseEvaluation
from courtier.evaluations.domaine.etats import EtatEvaluation, NatureEvaluation
from courtier.evaluations.domaine.finales import (
    ActeFinal,
    Commentaires,
    ConclusionRendement,
    DecisionFinale,
    Dispense,
    EvaluationFinale,
    Rapport,
    Rendement,
    Silence,
    TransmissionFinale,
)
from courtier.evaluations.ports import Evaluation
from courtier.pieces.domaine import Visa
from socle.bd.conversion import colonnes
from socle.champs import Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple, uuid7

_DOCUMENT: JsonDict = {"titre": "Rapport d'évaluation", "empreinte": "2" * 64}
_REPONSES: list[JsonValue] = [
    {"critere": code, "note": "satisfaisant"}
    for code in (
        *("disponibilite", "assistance", "securite", "entree", "formation", "changements"),
        *("facturation", "collaboration"),
    )
]
Annee = Annotated[int, Field(ge=2000, le=2100, description="Année civile.", examples=[2026])]


class DocumentIn(Entree):
    """Le titre et l'empreinte d'un document, que l'organisme garde."""

    titre: Nom
    empreinte: Empreinte

    def deposer(self) -> finales.Document:
        return finales.Document(piece_id=uuid7(), titre=self.titre, empreinte=self.empreinte)


class EvaluationIn(Entree):
    """L'année qu'évalue l'organisme."""

    model_config = exemple({"annee": 2026})

    annee: Annee

    def commande(self, contrat_id: UUID) -> annuelles.Demander:
        return annuelles.Demander(contrat_id=contrat_id, annee=self.annee)


class CampagneIn(Entree):
    """L'année à évaluer; `apres`, le `suivant` de l'appel précédent."""

    model_config = exemple({"annee": 2026})

    annee: Annee
    apres: UUID | None = None

    def commande(self) -> annuelles.MenerCampagne:
        return annuelles.MenerCampagne(annee=self.annee, apres=self.apres)


class CampagneOut(Sortie):
    """Ce que cet appel a demandé; `suivant`, s'il reste des contrats à lire."""

    annee: int
    demandees: int
    deja: int = Field(description="Déjà demandées pour cette année.")
    suivant: UUID | None


class ReponseEvaluationIn(Entree):
    """La note d'un critère; insatisfaisante, elle se motive."""

    critere: CodeOuvert = Field(examples=["disponibilite"])
    note: NoteEvaluation
    commentaire: Motif | None = None


class EvaluationRendueIn(Entree):
    """Une note par critère de la demande."""

    model_config = exemple(
        {
            "reponses": [
                *_REPONSES,
                {
                    "critere": "sortie",
                    "note": "sans_objet",
                    "commentaire": "Le contrat court encore.",
                },
            ],
            "commentaire": "Bon partenaire.",
        }
    )

    reponses: Annotated[tuple[ReponseEvaluationIn, ...], Field(min_length=1, max_length=50)]
    commentaire: Motif | None = None

    def commande(self, evaluation_id: UUID) -> annuelles.Rendre:
        return annuelles.Rendre(
            evaluation_id=evaluation_id,
            reponses=tuple(ReponseEvaluation(**dict(reponse)) for reponse in self.reponses),
            commentaire=self.commentaire,
        )


class DispenseIn(Entree):
    """Pourquoi l'évaluation de fin n'est pas requise."""

    model_config = exemple({"motif": "Contrat résilié avant toute activité d'entrée."})

    motif: Motif

    def commande(self, evaluation_id: UUID) -> finales.Dispenser:
        return finales.Dispenser(evaluation_id=evaluation_id, motif=self.motif)


class RapportIn(Entree):
    """Le rapport signé, et le jour où le fournisseur l'a reçu."""

    model_config = exemple(
        {
            "rendement": "insatisfaisant",
            "signe_le": "2028-11-20",
            "remis_le": "2028-11-21",
            "document": _DOCUMENT,
        }
    )

    rendement: Rendement
    signe_le: Jour
    remis_le: Jour
    document: DocumentIn

    def commande(self, evaluation_id: UUID) -> finales.Rapporter:
        return finales.Rapporter(
            evaluation_id=evaluation_id,
            rendement=self.rendement,
            signe_le=self.signe_le,
            remis_le=self.remis_le,
            document=self.document.deposer(),
        )


class CommentairesIn(Entree):
    """Les commentaires du fournisseur et leur pièce; vide : il n'en a pas fait."""

    model_config = exemple(
        {
            "recus_le": "2028-12-10",
            "document": {"titre": "Commentaires", "empreinte": "2c" * 32},
        }
    )

    recus_le: Jour | None = None
    document: DocumentIn | None = None

    @model_validator(mode="after")
    def _ensemble(self) -> "CommentairesIn":
        if (self.recus_le is None) != (self.document is None):
            raise ValueError(
                "Des commentaires ont leur jour et leur document, ou ni l'un ni l'autre."
            )
        return self

    def commande(self, evaluation_id: UUID) -> finales.Commenter:
        return finales.Commenter(
            evaluation_id=evaluation_id,
            recus_le=self.recus_le,
            document=self.document.deposer() if self.document else None,
        )


class DecisionIn(Entree):
    """Ce que le dirigeant a signé; sans document, il pose l'acte lui-même."""

    model_config = exemple(
        {
            "rendement": "insatisfaisant",
            "signee_le": "2028-12-20",
            "document": {"titre": "Décision", "empreinte": "2d" * 32},
        }
    )

    rendement: Rendement
    signee_le: Jour
    document: DocumentIn | None = None

    def commande(self, evaluation_id: UUID) -> finales.Decider:
        return finales.Decider(
            evaluation_id=evaluation_id,
            rendement=self.rendement,
            signee_le=self.signee_le,
            document=self.document.deposer() if self.document else None,
        )


class TransmissionIn(Entree):
    """Le jour où l'évaluation parvient au Courtier; sans lui, aujourd'hui."""

    model_config = exemple({})

    le: Jour | None = None

    def commande(self, evaluation_id: UUID) -> finales.Transmettre:
        return finales.Transmettre(evaluation_id=evaluation_id, le=self.le)


class ResumeEvaluationOut(Sortie):
    """Une évaluation, telle qu'une liste la montre."""

    id: UUID
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureEvaluation
    annee: int | None
    etat: EtatEvaluation
    attendue_le: date | None = Field(description="Le dernier jour de ce qui manque.")


class AnnuelleOut(Sortie):
    """Ce qu'a demandé le Courtier, et ce que l'organisme a répondu."""

    annee: int
    criteres: tuple[CritereEvalue, ...]
    demandee: Visa
    due_le: date
    relances: tuple[Visa, ...]
    reponses: tuple[ReponseEvaluation, ...]
    commentaire: str | None
    rendue: Visa | None
    tardive: bool


class FinaleOut(Sortie):
    """Le rapport, les commentaires, la décision, et leurs délais."""

    fin: date = Field(description="Premier jour après le contrat.")
    rapport_au: date
    actes_permis: tuple[ActeFinal, ...]
    dispense: Dispense | None
    rapport: Rapport | None
    commentaires: Commentaires | None
    decision_depuis: date | None
    decision_au: date | None
    decision: DecisionFinale | None
    silence: Silence | None = Field(description="Le dirigeant n'a rien décidé à temps.")
    transmission: TransmissionFinale | None
    conclusion: ConclusionRendement | None = Field(
        description="Absente tant que rien n'est décidé et que le délai du dirigeant court."
    )


class EvaluationOut(Sortie):
    """Une évaluation du rendement, annuelle ou de fin."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureEvaluation
    etat: EtatEvaluation
    attendue_le: date | None
    annuelle: AnnuelleOut | None = None
    de_fin: FinaleOut | None = None

    @classmethod
    def de(cls, evaluation: Evaluation, jour: date) -> "EvaluationOut":
        """Telle qu'elle est ce jour-là."""
        deduits: dict[str, object] = {
            "nature": evaluation.nature,
            "etat": evaluation.etat,
            "attendue_le": evaluation.attendue_le,
        }
        match evaluation:
            case EvaluationAnnuelle():
                deduits["annuelle"] = AnnuelleOut.model_validate(evaluation)
            case EvaluationFinale():
                deduits["de_fin"] = FinaleOut.model_validate(
                    {
                        **colonnes(evaluation),
                        "rapport_au": evaluation.rapport_au,
                        "actes_permis": evaluation.actes_le(jour),
                        "decision_depuis": evaluation.decision_depuis,
                        "decision_au": evaluation.decision_au,
                        "conclusion": evaluation.conclusion(jour),
                    }
                )
        return cls.model_validate({**colonnes(evaluation), **deduits})
