"""Les corps reçus et rendus par les saisies."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeTarif, Periode
from facturation.factures.entrees.schemas import AjustementOut, Argent
from facturation.saisies.cas_usage import AjustementDecide, Posee
from facturation.saisies.domaine.decisions import EtatDecision, NatureDecision
from facturation.saisies.domaine.saisies import EtatSaisie, LigneVoulue, Saisie
from noyau import Montant
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR, Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple
from socle.web.tableur import Tableur, nombre, texte

LIGNES_MAXIMALES: Final = 1_000
"""Les lignes d'un lot, au plus : une seule transaction les pose toutes."""

Court = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]


class SaisieIn(Entree):
    """Un montant que le MCN dit dû, sous un tarif qui se saisit, et pourquoi (FAC-2)."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "tarif": "DEDOMMAGEMENT",
            "montant": "312.40",
            "fait_le": "2026-09-11",
            "motif": "Écran fendu au retour de prêt, réparé par le fournisseur.",
            "reference": "RAP-2026-114",
            "site": "700, boul. René-Lévesque Est",
            "imputation": "2100-447",
        }
    )

    organisme: CodeOrganisme
    tarif: CodeTarif
    montant: Decimal = Field(
        gt=0, max_digits=12, decimal_places=2, description="Dollars, avant taxes."
    )
    fait_le: Jour = Field(description="Le jour de ce qui se facture, passé.")
    motif: Motif
    reference: Court | None = Field(
        default=None, description="Ce qui l'atteste : un relevé, la facture d'un fournisseur."
    )
    demande_id: UUID | None = None
    actif_id: UUID | None = None
    site: Nom | None = None
    imputation: Court | None = Field(
        default=None, description="Le code d'imputation de l'organisme (FAC-16)."
    )

    @property
    def ligne(self) -> LigneVoulue:
        dit = self.model_dump(exclude={"montant"})
        return LigneVoulue(montant=Montant.de(self.montant), **dit)


class LotDeSaisiesIn(Entree):
    """Des lignes qui se posent toutes, ou aucune; en JSON, ou en CSV aux mêmes noms."""

    model_config = exemple(
        {
            "lignes": [
                {
                    "organisme": "MTQ",
                    "tarif": "COMMUNICATIONS",
                    "montant": "48.25",
                    "fait_le": "2026-09-12",
                    "motif": "Interurbains d'août.",
                    "reference": "BELL-0826-17",
                },
                {
                    "organisme": "RAMQ",
                    "tarif": "COMMUNICATIONS",
                    "montant": "7.10",
                    "fait_le": "2026-09-12",
                    "motif": "Interurbains d'août.",
                    "reference": "BELL-0826-18",
                },
            ]
        }
    )
    TABLEUR: ClassVar[Tableur] = Tableur(
        "lignes",
        {nom: nombre if nom == "montant" else texte for nom in SaisieIn.model_fields},
    )

    lignes: list[SaisieIn] = Field(min_length=1, max_length=LIGNES_MAXIMALES)


class MotifIn(Entree):
    """Pourquoi."""

    model_config = exemple({"motif": "Le fournisseur a repris l'appareil sans frais."})

    motif: Motif


class SaisieOut(Sortie):
    """Une ligne saisie; elle est la source de la ligne de facture qu'elle devient."""

    id: UUID
    decision_id: UUID
    organisme: str
    tarif: str
    montant: Argent
    fait_le: date
    periode: Periode
    motif: str
    reference: str | None
    demande_id: UUID | None
    actif_id: UUID | None
    site: str | None
    imputation: str | None
    etat: EtatSaisie = Field(
        description="Elle se facture appliquée (son auteur pouvait seul) ou confirmée (à deux)."
    )
    annulee_le: datetime | None
    motif_annulation: str | None

    @classmethod
    def de(cls, posee: Posee) -> "SaisieOut":
        (saisie,) = posee.saisies
        return cls.de_saisie(saisie)

    @classmethod
    def de_saisie(cls, saisie: Saisie) -> "SaisieOut":
        return cls.model_validate({**colonnes(saisie), "periode": str(saisie.periode)})


class DecisionOut(Sortie):
    """Ce que la facturation décide d'office, et ce qu'une seconde personne en a dit (FAC-13)."""

    id: UUID
    nature: NatureDecision
    organisme: str | None = Field(description="Absent : un lot de plusieurs organismes.")
    tarif: str | None = Field(description="Absent : un lot de plusieurs tarifs.")
    montant: Argent = Field(description="En tout; négatif, un crédit.")
    lignes: int
    numero: str | None = Field(description="Le document dont une ligne s'ajuste.")
    rang: int | None
    motif: str | None = Field(description="Celui d'un ajustement; chaque saisie dit le sien.")
    etat: EtatDecision
    proposee_le: datetime
    proposee_par: str
    tranchee_le: datetime | None
    tranchee_par: str | None
    motif_refus: str | None


class LotDeSaisiesOut(DecisionOut):
    """La décision d'un lot, et ses saisies dans l'ordre des lignes."""

    saisies: list[UUID]

    @classmethod
    def de(cls, posee: Posee) -> "LotDeSaisiesOut":
        saisies = [saisie.id for saisie in posee.saisies]
        return cls.model_validate({**colonnes(posee.decision), "saisies": saisies})


class AjustementDecideOut(AjustementOut):
    """Une décision sur une ligne émise; à confirmer, elle n'a pas encore d'effet (FAC-13)."""

    etat: EtatDecision

    @classmethod
    def de_decide(cls, decide: AjustementDecide) -> "AjustementDecideOut":
        return cls.model_validate({**colonnes(decide.ajustement), "etat": decide.etat})
