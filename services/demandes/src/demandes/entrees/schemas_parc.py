"""Les corps des routes du parc et du soutien étendu."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from contrats.base import CodeOrganisme
from demandes.domaine.actif import EtatActif, Nature
from demandes.domaine.soutien import Intervention
from socle.web import Entree, Sortie

FaitLe = Annotated[
    date | None, Field(description="Date de Québec du fait; absente : aujourd'hui. Jamais future.")
]


class RecuperationIn(Entree):
    """La récupération d'un actif (FAC-1)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fait_le": "2026-09-15"}]})

    fait_le: FaitLe = None


class PerteIn(Entree):
    """La perte d'un actif, et sa nature (FAC-2)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"nature": "vol"}]})

    nature: Nature
    fait_le: FaitLe = None


class ActifOut(Sortie):
    """Un actif du parc."""

    id: UUID
    organisme: str
    produit: str
    demande_id: UUID
    article_id: UUID
    livre_le: datetime
    utilisateur_id: str | None
    site: str | None
    etat: EtatActif
    fin_le: date | None
    nature: Nature | None
    version: int


class ResiliationIn(Entree):
    """La fin d'un abonnement, exclue; absente : aujourd'hui."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fin": "2026-10-01"}]})

    fin: date | None = None


class AbonnementOut(Sortie):
    """Un abonnement au soutien étendu sur `[debut, fin)`."""

    id: UUID
    organisme: str
    demande_id: UUID
    debut: date
    fin: date | None
    version: int


class InterventionIn(Entree):
    """Du temps de soutien étendu sur un incident (FAC-4)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organisme": "MTQ",
                    "incident_id": "6f0c2a1e-2222-4000-8000-000000000001",
                    "intervention_id": "6f0c2a1e-3333-4000-8000-000000000001",
                    "debut": "2026-09-10T22:00:00Z",
                    "minutes": 20,
                    "deplacement": False,
                    "cloture": True,
                }
            ]
        }
    )

    organisme: CodeOrganisme
    incident_id: UUID
    intervention_id: UUID
    debut: AwareDatetime
    minutes: int = Field(ge=0, le=60_000)
    deplacement: bool = False
    cloture: bool = Field(description="Vrai si cette intervention clôt l'incident.")

    def intervention(self, survenu_le: datetime) -> Intervention:
        champs = self.model_dump(exclude={"intervention_id"})
        return Intervention(id=self.intervention_id, survenu_le=survenu_le, **champs)


class InterventionOut(Sortie):
    """Une intervention notée."""

    id: UUID
    organisme: str
    incident_id: UUID
    debut: datetime
    minutes: int
    deplacement: bool
    cloture: bool
    survenu_le: datetime
