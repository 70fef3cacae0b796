"""Ce que montre une obligation."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, WithJsonSchema

from courtier.obligations.domaine import EtatObligation, NatureObligation, Obligation
from socle.bd.conversion import colonnes
from socle.web import Sortie

NatureDue = Annotated[
    NatureObligation,
    WithJsonSchema({"type": "string", "enum": [nature.value for nature in NatureObligation]}),
]
"""Écrite sur place : une autre aire a aussi sa nature, qui porte le même nom au document."""


class ObligationOut(Sortie):
    """Ce qu'un organisme doit, et la règle d'où cela vient."""

    id: UUID
    organisme: str
    nature: NatureDue
    libelle: str
    regle: str
    objet_id: UUID = Field(description="Un contrat, un avenant, une évaluation, une pièce.")
    contrat_id: UUID | None
    dossier_id: UUID | None
    etat: EtatObligation
    due_le: date = Field(description="Le dernier jour, compris, date de Québec.")
    tardive: bool = Field(description="Remplie après sa date.")
    ouverte_le: datetime
    remplie_le: datetime | None
    abandonnee_le: datetime | None
    rappels: tuple[date, ...]

    @classmethod
    def de(cls, obligation: Obligation, jour: date) -> "ObligationOut":
        return cls.model_validate(
            {
                **colonnes(obligation),
                "libelle": obligation.nature.libelle,
                "regle": obligation.nature.regle,
                "etat": obligation.etat(jour),
                "tardive": obligation.tardive,
            }
        )
