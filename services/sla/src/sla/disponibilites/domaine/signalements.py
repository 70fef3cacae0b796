"""Ce qu'un organisme signale; rien n'en compte que le MCN ne l'ait constaté (SLA-5)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from noyau import Acte, Interdit, TransitionImpossible, exiger_une_personne
from sla.disponibilites.domaine.indisponibilites import REGLE, Constat, Portee


class EtatSignalement(StrEnum):
    """Où en est un signalement."""

    SIGNALEE = "signalee"
    RETENUE = "retenue"
    """Le MCN l'a constatée : `indisponibilite_id` la nomme."""
    ECARTEE = "ecartee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalement:
    """Ce qu'un organisme a vu d'un service; rien n'en compte tant qu'il n'est pas retenu."""

    id: UUID
    organisme: str
    service: str
    debut: datetime
    fin: datetime | None
    sites: tuple[str, ...]
    description: str
    etat: EtatSignalement = EtatSignalement.SIGNALEE
    signale_par: str
    signale_le: datetime
    tranche_par: str | None = None
    tranche_le: datetime | None = None
    motif: str | None = None
    indisponibilite_id: UUID | None = None
    version: int = 1

    @property
    def constat(self) -> Constat:
        """Le constat qu'il propose : chez lui seul, de quand à quand il le dit."""
        return Constat(
            service=self.service,
            portee=Portee.SITES if self.sites else Portee.ORGANISMES,
            organismes=(self.organisme,),
            sites=self.sites,
            debut=self.debut,
            fin=self.fin,
        )

    def trancher(self, motif: str, acte: Acte, *, indisponibilite_id: UUID | None) -> "Signalement":
        """Retenu sous cette indisponibilité, ou écarté s'il n'y en a pas.

        Lève `TransitionImpossible` s'il est tranché, `Interdit` d'une machine ou de son auteur.
        """
        exiger_une_personne(acte.acteur, REGLE)
        if self.etat is not EtatSignalement.SIGNALEE:
            raise TransitionImpossible("décision", self.etat, (), regle=REGLE)
        if acte.acteur.sujet == self.signale_par:
            raise Interdit("Nul ne tranche ce qu'il a signalé.", regle=REGLE)
        retenue = indisponibilite_id is not None
        return replace(
            self,
            etat=EtatSignalement.RETENUE if retenue else EtatSignalement.ECARTEE,
            tranche_par=acte.acteur.sujet,
            tranche_le=acte.le,
            motif=motif,
            indisponibilite_id=indisponibilite_id,
            version=self.version + 1,
        )
