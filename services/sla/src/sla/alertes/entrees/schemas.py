"""Les corps rendus des alertes."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from sla.mesures.entrees.schemas import Verdict
from socle.web import Sortie

Nature = Literal["a_risque", "manquee"]


class AlerteOut(Sortie):
    """Ce qui fut dit d'une cible, une fois (SLA-6), et ce que sa mesure dit maintenant."""

    id: UUID
    nature: Nature
    annoncee_le: datetime
    organisme: str
    mesure_id: UUID
    sujet: str = Field(description="La sorte de sujet.")
    sujet_id: str
    numero: str | None = Field(description="Le numéro lisible du sujet, s'il en a un.")
    indicateur: str
    fiche: str
    fiche_version: int
    exclue: bool = Field(description="Hors du taux ajusté quand l'alerte fut annoncée.")
    echeance: date | None = Field(
        description="L'échéance d'alors; null : la mesure a fini avant que l'alerte soit annoncée."
    )
    verdict: Verdict | None = Field(
        description="De la mesure, maintenant : un fait appris depuis a pu la rendre conforme;"
        " null : plus rien ne mesure ce sujet."
    )
    echeance_actuelle: date | None = Field(
        description="De la mesure, maintenant; null : suspendue, finie ou disparue."
    )
