"""Ce qu'un dossier et un avenant reçoivent de même."""

from uuid import UUID

from pydantic import Field

from socle.champs import Nom, Texte
from socle.web import Entree


class ExamenIn(Entree):
    """Ce que l'EFVP conclut d'un lieu d'une offre."""

    offre_id: UUID
    lieu: Nom
    accepte: bool
    protection_adequate: bool | None = Field(
        default=None, description="La part 70.1 : hors du Québec, par le lieu ou le fournisseur."
    )
    motif: Texte = ""
