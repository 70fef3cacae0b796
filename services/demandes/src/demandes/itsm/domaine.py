"""Ce que l'ITSM nous apprend d'une demande, dans l'ordre où il veut (DEM-10)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from demandes.demande.domaine.demande import (
    Demande,
    Etat,
    Geste,
    LivraisonsManquantes,
    TempsTravaille,
)
from demandes.demande.domaine.intentions import Intention
from noyau import Acte, Conflit, TransitionImpossible

PREMATURES = (TransitionImpossible, LivraisonsManquantes)
"""Les refus qu'un prédécesseur encore en route peut lever."""


_RANGS = {geste: rang for rang, geste in enumerate(Geste)}


class EtatActe(StrEnum):
    """Ce qu'il advient d'un acte reçu de l'ITSM; différé, il attend son prédécesseur."""

    APPLIQUE = "applique"
    DIFFERE = "differe"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActeItsm:
    """Un acte sur une demande, annoncé par l'ITSM; `id` est son webhook-id."""

    id: str
    demande_id: UUID
    geste: Geste
    survenu_le: datetime
    motif: str | None = None
    article_id: UUID | None = None
    travaux: tuple[TempsTravaille, ...] = ()
    organisme: str | None = None
    recu_le: datetime | None = None
    sort: EtatActe = EtatActe.DIFFERE
    raison: str | None = None

    @property
    def ordre(self) -> tuple[datetime, int]:
        """L'ordre de survenue; au même instant, celui du cycle de vie (les heures avant la fin)."""
        return self.survenu_le, _RANGS[self.geste]

    @property
    def intention(self) -> Intention:
        """Ce que l'acte veut poser, à l'instant où il est survenu."""
        return Intention(
            demande_id=self.demande_id,
            geste=self.geste,
            survenu_le=self.survenu_le,
            motif=self.motif,
            article_id=self.article_id,
            travaux=self.travaux,
        )

    def deja_dit(self, demande: Demande) -> bool:
        """Vrai si l'acte dit ce que la demande sait : la dernière livraison l'a complétée."""
        fin = self.geste is Geste.COMPLETER and not self.travaux
        return fin and demande.etat is Etat.COMPLETEE

    def recu(self, demande: Demande, acte: Acte) -> "ActeItsm":
        """L'acte reçu pour cette demande; lève `Conflit` (DEM-10) s'il vient du futur."""
        if self.survenu_le > acte.le:
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-10")
        return replace(self, organisme=demande.organisme, recu_le=acte.le)

    def devenu(self, etat: EtatActe, raison: str | None = None) -> "ActeItsm":
        return replace(self, sort=etat, raison=raison)
