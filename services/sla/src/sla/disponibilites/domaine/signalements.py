"""Ce qu'un organisme signale; rien n'en compte que le MCN ne l'ait constaté (SLA-5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from noyau import Acte, Conflit, Interdit, TransitionImpossible, exiger_une_personne
from sla.disponibilites.domaine.indisponibilites import REGLE, Constat, Portee, meme_debut

EN_ATTENTE_MAX: Final = 50
"""Les signalements d'un organisme que nul n'a tranchés, au plus."""


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

    def regle(self, le: datetime) -> "Signalement":
        """Le même, réglé comme le constat qu'il propose; lève `Conflit` s'il se contredit."""
        constat = self.constat.regle(le)
        return replace(self, debut=constat.debut, fin=constat.fin, sites=constat.sites)

    def exiger_neuf(self, en_attente: Sequence["Signalement"]) -> None:
        """Lève `Conflit` si l'un de ceux de l'organisme, que nul n'a tranchés, dit la même chose.

        Ou s'ils sont déjà trop.
        """
        dit = self.constat.a_la_seconde()
        for autre in en_attente:
            memes = replace(autre.constat, debut=dit.debut) == dit
            if memes and meme_debut(dit.debut, autre.debut, autre.signale_le):
                raise Conflit(
                    f"Le signalement {autre.id}, qui attend une réponse, dit déjà la même chose.",
                    regle=REGLE,
                    details={"signalement_id": str(autre.id)},
                )
        if len(en_attente) >= EN_ATTENTE_MAX:
            raise Conflit(
                f"{EN_ATTENTE_MAX} signalements attendent déjà une réponse du MCN.", regle=REGLE
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
