"""Les corps que plusieurs aires reçoivent : par une route, ou d'un événement de l'ITSM."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from contrats.base import CodeOrganisme
from socle.web import Entree, exemple
from socle.web.champs import Instant


class TempsTravailleCorps(Entree):
    """Du temps travaillé, en minutes, au tarif horaire nommé."""

    model_config = ConfigDict(from_attributes=True)

    tarif: Annotated[str, Field(pattern=r"^AMENAGEMENT-(BUR|INFRA)$", examples=["AMENAGEMENT-BUR"])]
    minutes: int = Field(ge=1, le=60_000)


class InterventionIn(Entree):
    """Du temps de soutien étendu sur un incident (FAC-4)."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "incident_id": "6f0c2a1e-2222-4000-8000-000000000001",
            "intervention_id": "6f0c2a1e-3333-4000-8000-000000000001",
            "debut": "2026-09-10T22:00:00Z",
            "minutes": 20,
            "deplacement": False,
            "cloture": True,
        }
    )

    organisme: CodeOrganisme
    incident_id: UUID
    intervention_id: UUID
    debut: Instant
    minutes: int = Field(ge=0, le=60_000)
    deplacement: bool = False
    cloture: bool = Field(description="Vrai si cette intervention clôt l'incident.")

    def champs(self) -> dict[str, Any]:
        """Les champs de l'intervention du domaine, sauf l'instant où on l'a dite."""
        return {"id": self.intervention_id, **self.model_dump(exclude={"intervention_id"})}
