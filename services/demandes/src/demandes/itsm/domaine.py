"""Ce que l'ITSM nous apprend d'une demande, dans l'ordre où il veut (DEM-10, DEM-12)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from demandes.demande.domaine.demande import Demande, Geste, TempsTravaille
from demandes.demande.domaine.gestes import HORS_TOUR, GestePose
from demandes.demande.domaine.histoire import Avancee
from demandes.demande.domaine.intentions import Intention
from demandes.parc.domaine.actif import Mouvement
from demandes.parc.domaine.voulus import MouvementVoulu
from noyau import Acte, ActeContredit, Acteur, Conflit

ITSM: Final = Acteur("itsm", roles=frozenset({"itsm"}))
"""L'auteur de ce que l'ITSM annonce, même inscrit plus tard par l'acte d'un autre."""

PREMATURES: Final = (ActeContredit, *HORS_TOUR)
"""Les refus que des actes encore possibles peuvent lever (DEM-12)."""


class EtatActe(StrEnum):
    """Ce qu'il advient d'un acte reçu de l'ITSM; différé, il attend d'autres actes."""

    APPLIQUE = "applique"
    DIFFERE = "differe"
    REFUSE = "refuse"
    ECARTE = "ecarte"


EN_SOUFFRANCE: Final = (EtatActe.DIFFERE, EtatActe.REFUSE)
"""Sans effet, et nul ne l'a su à la porte : l'exploitant les regarde et les écarte (DEM-12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActeItsm:
    """Un acte que l'ITSM annonce d'une demande, ou d'un de ses actifs; `id` : son webhook-id."""

    id: str
    demande_id: UUID
    geste: Geste | Mouvement
    """Un geste sur la demande; un mouvement, si `actif_id` nomme un actif."""
    survenu_le: datetime
    """L'instant annoncé."""
    actif_id: UUID | None = None
    motif: str | None = None
    article_id: UUID | None = None
    travaux: tuple[TempsTravaille, ...] = ()
    organisme: str | None = None
    recu_le: datetime | None = None
    sort: EtatActe = EtatActe.DIFFERE
    raison: str | None = None

    @property
    def mouvement(self) -> MouvementVoulu | None:
        """Ce que l'acte veut inscrire d'un actif."""
        if self.actif_id is None:
            return None
        return MouvementVoulu(
            actif_id=self.actif_id,
            mouvement=Mouvement(self.geste),
            survenu_le=self.survenu_le,
        )

    @property
    def intention(self) -> Intention:
        """Ce que l'acte veut poser, à l'instant où il est survenu."""
        return Intention(
            demande_id=self.demande_id,
            geste=Geste(self.geste),
            survenu_le=self.survenu_le,
            motif=self.motif,
            article_id=self.article_id,
            travaux=self.travaux,
        )

    def gestes(self, demande: Demande, le: datetime) -> list[GestePose]:
        """Les gestes que l'acte différé veut inscrire à l'instant `le`.

        Son horloge se juge à l'instant où il fut reçu. Un mouvement n'en veut aucun.
        """
        if self.actif_id is not None:
            return []
        recu_le = self.recu_le or le
        poses = self.intention.gestes(demande, Acte(ITSM, recu_le), differe_depuis=recu_le)
        return [replace(pose, enregistre_le=le) for pose in poses]

    def recu(self, demande: Demande, acte: Acte) -> "ActeItsm":
        return replace(self, organisme=demande.organisme, recu_le=acte.le)

    def devenu(self, etat: EtatActe, raison: str | None = None) -> "ActeItsm":
        return replace(self, sort=etat, raison=raison)

    def apres(self, avancee: Avancee) -> "ActeItsm":
        """Ce qu'un geste différé devient : appliqué une fois tous les siens réglés."""
        demande, recu_le = avancee.dossier.brouillon, self.recu_le or self.survenu_le
        gestes = {pose.acte_id for pose in self.gestes(demande, recu_le)}
        if gestes <= avancee.regles:
            return self.devenu(EtatActe.APPLIQUE)
        raisons = [r for acte_id, r in avancee.contredits.items() if acte_id in gestes]
        return self.devenu(EtatActe.REFUSE, raisons[0]) if raisons else self

    def ecarter(self, motif: str) -> "ActeItsm":
        """Écarté par un opérateur; la raison d'un refus demeure, avec le motif.

        Lève `Conflit` (DEM-12) si l'acte n'est ni différé, ni refusé après l'avoir été.
        """
        if self.sort not in EN_SOUFFRANCE:
            raise Conflit(f"Cet acte n'attend pas : il est « {self.sort} ».", regle="DEM-12")
        raison = motif if self.raison is None else f"{self.raison} Écarté : {motif}"
        return self.devenu(EtatActe.ECARTE, raison)
