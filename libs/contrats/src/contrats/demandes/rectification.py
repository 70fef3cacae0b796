"""Un acte publié reçoit son heure juste (DEM-13)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOuvert, Instant
from contrats.demandes.commun import EvenementDemandes


class ActeRectifie(EvenementDemandes):
    """Un acte publié reçoit son heure juste, ou devient nul (DEM-13).

    `time` est l'instant de la rectification. La dernière d'un acte vaut; celle d'un acte que l'on
    ne connaît pas encore attend qu'il arrive. Le motif reste dans demandes.
    """

    TYPE: ClassVar[str] = "acte.rectifié"
    CLE: ClassVar[str] = "agregat_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("demande", "actif", "incident", "usage")

    agregat_id: UUID = Field(description="La demande, l'actif, l'incident, l'usage : la clé.")
    acte_id: UUID = Field(description="L'identifiant de l'événement qui a dit l'acte.")
    acte: str = Field(
        description="Le type de l'événement qui a dit l'acte.", examples=["poste.livré"]
    )
    survenu_le: Instant | None = Field(
        default=None, description="L'heure juste de l'acte; null : il est nul."
    )
    cause: CodeOuvert = Field(
        description="« rectification », ou « derive » : l'histoire rectifiée ne dit plus cet"
        " événement, ou le date mieux."
    )
