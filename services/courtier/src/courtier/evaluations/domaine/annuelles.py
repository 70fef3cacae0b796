"""L'évaluation annuelle : demandée par le Courtier, relancée, rendue par l'organisme (CI-21)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from courtier.evaluations.domaine.criteres import CritereEvalue, ReponseEvaluation, exiger_completes
from courtier.evaluations.domaine.etats import EtatEvaluation, NatureEvaluation
from courtier.normes.domaine import NormesEvaluation
from courtier.pieces.domaine import Visa
from courtier.suivi.domaine import (
    ContratConclu,
    exiger_de_l_organisme,
    exiger_du_courtier,
)
from noyau import Acte, Conflit, TransitionImpossible, exiger_une_personne, jour_de_quebec

REGLE = "CI-21"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationAnnuelle:
    """Ce que le Courtier demande d'un fournisseur, pour une année civile d'un contrat."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    annee: int
    criteres: tuple[CritereEvalue, ...]
    """Ceux du jour de la demande."""
    demandee: Visa
    due_le: date
    relances: tuple[Visa, ...] = ()
    reponses: tuple[ReponseEvaluation, ...] = ()
    commentaire: str | None = None
    rendue: Visa | None = None

    @classmethod
    def demander(
        cls,
        identifiant: UUID,
        annee: int,
        *,
        contrat: ContratConclu,
        criteres: tuple[CritereEvalue, ...],
        normes: NormesEvaluation,
        acte: Acte,
    ) -> "EvaluationAnnuelle":
        """Lève `Interdit`, ou `Conflit` d'une année à venir, ou où le contrat n'a pas couru."""
        exiger_du_courtier(acte, REGLE)
        exiger_annee(annee, contrat, acte)
        jour = jour_de_quebec(acte.le)
        return cls(
            id=identifiant,
            version=1,
            organisme=contrat.organisme,
            contrat_id=contrat.id,
            fournisseur_id=contrat.fournisseur_id,
            annee=annee,
            criteres=criteres,
            demandee=Visa.de(acte),
            due_le=jour + timedelta(days=normes.annuelle_jours),
        )

    @property
    def nature(self) -> NatureEvaluation:
        return NatureEvaluation.ANNUELLE

    @property
    def etat(self) -> EtatEvaluation:
        return EtatEvaluation.RENDUE if self.rendue else EtatEvaluation.DEMANDEE

    @property
    def attendue_le(self) -> date | None:
        """Le dernier jour de ce qui manque; rien, rendue."""
        return None if self.rendue else self.due_le

    @property
    def tardive(self) -> bool:
        """Vrai si elle fut rendue après sa date."""
        return self.rendue is not None and jour_de_quebec(self.rendue.le) > self.due_le

    def relancer(self, acte: Acte) -> "EvaluationAnnuelle":
        """Le Courtier la réclame de nouveau; lève `Interdit` ou `TransitionImpossible`."""
        exiger_du_courtier(acte, REGLE)
        self._exiger_demandee("relance")
        return replace(self, version=self.version + 1, relances=(*self.relances, Visa.de(acte)))

    def rendre(
        self, reponses: Sequence[ReponseEvaluation], commentaire: str | None, acte: Acte
    ) -> "EvaluationAnnuelle":
        """L'organisme note chaque critère; tardive, elle est reçue.

        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` d'un critère oublié ou inconnu.
        """
        exiger_de_l_organisme(self.organisme, acte, REGLE)
        exiger_une_personne(acte.acteur, REGLE)
        self._exiger_demandee("reponse")
        exiger_completes(self.criteres, reponses)
        return replace(
            self,
            version=self.version + 1,
            reponses=tuple(reponses),
            commentaire=commentaire,
            rendue=Visa.de(acte),
        )

    def _exiger_demandee(self, geste: str) -> None:
        if self.rendue:
            raise TransitionImpossible(geste, self.etat, (), regle=REGLE)


def exiger_annee(annee: int, contrat: ContratConclu, acte: Acte) -> None:
    """Lève `Conflit` (CI-21) d'une année à venir, ou où le contrat n'a pas couru."""
    jour = jour_de_quebec(acte.le)
    if annee > jour.year:
        raise Conflit("Une année à venir ne s'évalue pas.", regle=REGLE)
    if jour < contrat.debut or not contrat.debut.year <= annee <= contrat.dernier_jour.year:
        raise Conflit("Le contrat n'a pas couru cette année-là.", regle=REGLE)
