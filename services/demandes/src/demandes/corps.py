"""Les corps que plusieurs aires reçoivent : par une route, ou d'un événement de l'ITSM."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from contrats.base import CodeOrganisme, CodeOuvert, CodeTarif
from socle.champs import Instant, Motif, Nom
from socle.web import Entree, Sortie, exemple


class TempsTravailleCorps(Entree):
    """Du temps travaillé, en minutes, au tarif horaire nommé."""

    model_config = ConfigDict(from_attributes=True)

    tarif: CodeTarif = Field(examples=["AMENAGEMENT-BUR"])
    minutes: int = Field(ge=1, le=60_000)
    reference: Nom | None = Field(
        default=None, description="L'entrée de temps de l'ITSM : elle l'identifie (DEM-12)."
    )


class RectificationActeIn(Entree):
    """L'heure juste d'un acte; null : il est nul."""

    acte_id: UUID = Field(description="L'identifiant de l'acte, celui de son événement.")
    survenu_le: Instant | None


class RectificationIn(Entree):
    """Des actes à rectifier ensemble, tous ou aucun (DEM-13)."""

    model_config = exemple(
        {
            "actes": [
                {
                    "acte_id": "4c3d1c1e-6a55-5a5e-9f35-0d8b6f2b3a10",
                    "survenu_le": "2026-09-03T14:00:00Z",
                }
            ],
            "motif": "Le technicien avait annoncé la mauvaise journée.",
        }
    )

    actes: list[RectificationActeIn] = Field(min_length=1, max_length=50)
    motif: Motif

    @model_validator(mode="after")
    def _une_heure_par_acte(self) -> "RectificationIn":
        if len({acte.acte_id for acte in self.actes}) < len(self.actes):
            raise ValueError("Un acte ne se rectifie qu'une fois à la fois.")
        return self

    @property
    def justes(self) -> dict[UUID, datetime | None]:
        return {acte.acte_id: acte.survenu_le for acte in self.actes}


class RectificationOut(Sortie):
    """Une rectification d'un acte, telle qu'ajoutée."""

    survenu_le: datetime | None = Field(description="L'heure juste; null : l'acte est nul.")
    motif: str
    acteur: str
    enregistre_le: datetime


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
    fonction: CodeOuvert | None = Field(
        default=None,
        description="Celle de la personne aidée, si on la connaît; hors de la clientèle VIP, le"
        " soutien étendu se refuse (DEM-5).",
        examples=["sous_ministre"],
    )

    def champs(self) -> dict[str, Any]:
        """Les champs de l'intervention du domaine, sauf l'instant où on l'a dite."""
        return {"id": self.intervention_id, **self.model_dump(exclude={"intervention_id"})}
