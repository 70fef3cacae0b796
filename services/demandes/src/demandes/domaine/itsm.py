"""Ce que l'ITSM nous apprend d'une demande, dans l'ordre où il veut (DEM-10)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from demandes.domaine.demande import (
    Demande,
    Etat,
    Geste,
    LivraisonsManquantes,
    Passage,
    Travail,
)
from socle.noyau import Acte, Conflit, TransitionImpossible

PREMATURES = (TransitionImpossible, LivraisonsManquantes)
"""Les refus qu'un prédécesseur encore en route peut lever."""


_RANGS = {geste: rang for rang, geste in enumerate(Geste)}


class Sort(StrEnum):
    """Ce qu'il advient d'un acte reçu de l'ITSM."""

    APPLIQUE = "applique"
    GARE = "gare"
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
    travaux: tuple[Travail, ...] = ()
    organisme: str | None = None
    recu_le: datetime | None = None
    sort: Sort = Sort.GARE
    raison: str | None = None

    @property
    def ordre(self) -> tuple[datetime, int]:
        """L'ordre de survenue; au même instant, celui du cycle de vie (les heures avant la fin)."""
        return self.survenu_le, _RANGS[self.geste]

    def deja_dit(self, demande: Demande) -> bool:
        """Vrai si l'acte dit ce que la demande sait : la dernière livraison l'a complétée."""
        fin = self.geste is Geste.COMPLETER and not self.travaux
        return fin and demande.etat is Etat.COMPLETEE

    def recu(self, demande: Demande, acte: Acte) -> "ActeItsm":
        """L'acte reçu pour cette demande; lève `Conflit` (DEM-10) s'il vient du futur."""
        if self.survenu_le > acte.le:
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-10")
        return replace(self, organisme=demande.organisme, recu_le=acte.le)

    def devenu(self, sort: Sort, raison: str | None = None) -> "ActeItsm":
        return replace(self, sort=sort, raison=raison)


def appliquer(
    acte_itsm: ActeItsm, demande: Demande, actif_id: UUID | None, acte: Acte
) -> tuple[Demande, tuple[Passage, ...]]:
    """Pose l'acte sur la demande, à l'instant où il est survenu; lève ce que lève la transition."""
    survenu = acte_itsm.survenu_le
    match acte_itsm.geste:
        case Geste.PRENDRE_EN_CHARGE:
            suite, passage = demande.prendre_en_charge(acte, survenu)
        case Geste.SUSPENDRE:
            suite, passage = demande.suspendre(acte_itsm.motif or "", acte, survenu)
        case Geste.REPRENDRE:
            suite, passage = demande.reprendre(acte_itsm.motif, acte, survenu)
        case Geste.NOTER_HEURES:
            suite, passage = demande.noter_heures(acte_itsm.travaux, acte, survenu)
        case Geste.LIVRER if acte_itsm.article_id is not None:
            return demande.livrer(acte_itsm.article_id, actif_id, acte, survenu)
        case Geste.COMPLETER:
            return demande.completer(acte, survenu, acte_itsm.travaux)
        case autre:
            raise Conflit(f"L'ITSM ne pose pas l'acte « {autre} ».", regle="DEM-10")
    return suite, (passage,)
