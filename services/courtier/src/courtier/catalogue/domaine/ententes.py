"""Les ententes-cadres : en vigueur, suspendues, terminées, un jour donné (CI-11, CI-14)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from calendrier import date_longue
from noyau import Acte, Chronologie, Conflit, TransitionImpossible, Version, jour_de_quebec


class EtatEntente(StrEnum):
    """Ce qu'est une entente-cadre un jour donné; en vigueur, on contracte sous elle."""

    A_VENIR = "a_venir"
    EN_VIGUEUR = "en_vigueur"
    SUSPENDUE = "suspendue"
    TERMINEE = "terminee"


class ActeEntente(StrEnum):
    """Ce qui change l'état d'une entente-cadre avant sa fin prévue."""

    SUSPENSION = "suspension"
    REPRISE = "reprise"
    FIN = "fin"


_PERMIS = {
    EtatEntente.EN_VIGUEUR: (ActeEntente.SUSPENSION, ActeEntente.FIN),
    EtatEntente.SUSPENDUE: (ActeEntente.REPRISE, ActeEntente.FIN),
    EtatEntente.A_VENIR: (ActeEntente.FIN,),
    EtatEntente.TERMINEE: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActePose:
    """Un acte sur une entente-cadre, et le premier jour (de Québec) où il vaut."""

    acte: ActeEntente
    le: date
    motif: str
    par: str
    pose_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntenteCadre:
    """L'accord du Courtier et d'un fournisseur, prévu sur [debut, fin), dates de Québec.

    Ses actes s'ajoutent et ne changent jamais un jour passé : l'état de ce jour se relit.
    """

    id: UUID
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date
    version: int = 1
    actes: tuple[ActePose, ...] = ()
    """Dans l'ordre où ils furent consignés."""

    def __post_init__(self) -> None:
        if self.fin <= self.debut:
            raise Conflit("La fin d'une entente-cadre suit son début.", regle="CI-11")

    @property
    def fin_effective(self) -> date:
        """Le premier jour où elle n'est plus en vigueur : la dernière fin dite, sinon la prévue."""
        dites = [a.le for a in self.actes if a.acte is ActeEntente.FIN]
        return dites[-1] if dites else self.fin

    def etat(self, le: date) -> EtatEntente:
        """L'état de ce jour; de deux actes d'un même jour, le dernier consigné vaut."""
        if le >= self.fin_effective:
            return EtatEntente.TERMINEE
        if le < self.debut:
            return EtatEntente.A_VENIR
        version = Chronologie.de(
            Version(rang, a.le, a.acte)
            for rang, a in enumerate(self.actes)
            if a.acte is not ActeEntente.FIN
        ).en_vigueur(le)
        suspendue = version is not None and version.valeur is ActeEntente.SUSPENSION
        return EtatEntente.SUSPENDUE if suspendue else EtatEntente.EN_VIGUEUR

    def en_vigueur(self, le: date) -> bool:
        return self.etat(le) is EtatEntente.EN_VIGUEUR

    def poser(self, quoi: ActeEntente, le: date, motif: str, acte: Acte) -> "EntenteCadre":
        """L'entente-cadre et cet acte de plus.

        Lève `Conflit` (CI-11) s'il vaut avant aujourd'hui, précède un acte déjà posé, ou dit
        une fin hors de sa durée ou déjà dite; `TransitionImpossible` si l'état de ce jour ne le
        permet pas.
        """
        aujourdhui = jour_de_quebec(acte.le)
        if le < aujourdhui:
            raise Conflit(
                f"Un acte sur une entente-cadre ne vaut pas avant aujourd'hui : {date_longue(le)}"
                " est passé.",
                regle="CI-11",
            )
        self._exiger_permis(quoi, aujourdhui if quoi is ActeEntente.FIN else le)
        if quoi is ActeEntente.FIN:
            self._exiger_fin(le)
        elif any(le < a.le for a in self.actes if a.acte is not ActeEntente.FIN):
            raise Conflit("Un acte déjà posé vaut après ce jour-là.", regle="CI-11")
        pose = ActePose(acte=quoi, le=le, motif=motif, par=acte.acteur.sujet, pose_le=acte.le)
        return replace(self, version=self.version + 1, actes=(*self.actes, pose))

    def _exiger_permis(self, quoi: ActeEntente, le: date) -> None:
        etat = self.etat(le)
        permis: Sequence[ActeEntente] = _PERMIS[etat]
        if quoi not in permis:
            raise TransitionImpossible(quoi, etat, permis, regle="CI-11")

    def _exiger_fin(self, le: date) -> None:
        if not self.debut <= le <= self.fin:
            raise Conflit(
                f"La fin se dit du {date_longue(self.debut)} au {date_longue(self.fin)}.",
                regle="CI-11",
            )
        if le == self.fin_effective:
            raise Conflit("L'entente-cadre finit déjà ce jour-là.", regle="CI-11")
