"""L'évaluation de fin de contrat : rapport, commentaires, décision, transmission (CI-21)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from calendrier import Calendrier, date_longue
from courtier.evaluations.domaine.etats import EtatEvaluation, NatureEvaluation
from courtier.normes.domaine import NormesEvaluation
from courtier.pieces.domaine import Visa
from courtier.suivi.domaine import ContratConclu, exiger_de_l_organisme, exiger_passe
from noyau import (
    Acte,
    Conflit,
    Interdit,
    TransitionImpossible,
    exiger_une_personne,
    jour_de_quebec,
)

REGLE = "CI-21"
DIRIGEANT = "dirigeant"


class Rendement(StrEnum):
    """Ce que vaut le rendement d'un fournisseur."""

    SATISFAISANT = "satisfaisant"
    INSATISFAISANT = "insatisfaisant"


class ActeFinal(StrEnum):
    """Ce qu'on peut faire d'une évaluation de fin."""

    DISPENSE = "dispense"
    RAPPORT = "rapport"
    COMMENTAIRES = "commentaires"
    DECISION = "decision"
    TRANSMISSION = "transmission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispense:
    """L'organisme dit que l'évaluation n'est pas requise, et pourquoi."""

    motif: str
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Rapport:
    """Le rapport de l'organisme, et les délais qu'il ouvre."""

    rendement: Rendement
    signe_le: date
    remis_le: date
    """Le jour où le fournisseur l'a reçu."""
    piece_id: UUID
    commentaires_au: date
    """Le dernier jour des commentaires."""
    decision_jours: int
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Commentaires:
    """Ceux du fournisseur, que l'organisme inscrit; sans jour, il n'en a pas fait."""

    recus_le: date | None
    piece_id: UUID | None
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFinale:
    """Ce que le dirigeant signe."""

    rendement: Rendement
    signee_le: date
    piece_id: UUID | None
    """Absente, le dirigeant l'a posée lui-même."""
    transmission_au: date
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Le dirigeant n'a rien décidé à temps : le rendement est tenu pour satisfaisant."""

    acquis_le: date
    """Le lendemain du dernier jour de la décision."""
    transmission_au: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmissionFinale:
    """L'évaluation parvient au Courtier."""

    le: date
    visa: Visa


@dataclass(frozen=True, slots=True)
class ConclusionRendement:
    """Ce que vaut le rendement; du silence, il est satisfaisant."""

    rendement: Rendement
    par_silence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationFinale:
    """L'évaluation d'un fournisseur à la fin du contrat d'un organisme assujetti au RCTI."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    fin: date
    """Le premier jour après le contrat."""
    rapport_jours: int
    """La norme du jour où le contrat fut conclu."""
    dispense: Dispense | None = None
    rapport: Rapport | None = None
    commentaires: Commentaires | None = None
    decision: DecisionFinale | None = None
    silence: Silence | None = None
    transmission: TransmissionFinale | None = None

    @classmethod
    def attendre(cls, contrat: ContratConclu, normes: NormesEvaluation) -> "EvaluationFinale":
        """Celle qu'un contrat conclu appelle; une seule par contrat."""
        return cls(
            id=identifiant_de(contrat.id),
            version=1,
            organisme=contrat.organisme,
            contrat_id=contrat.id,
            fournisseur_id=contrat.fournisseur_id,
            fin=contrat.fin,
            rapport_jours=normes.rapport_jours,
        )

    @property
    def nature(self) -> NatureEvaluation:
        return NatureEvaluation.FIN

    @property
    def etat(self) -> EtatEvaluation:
        if self.transmission:
            return EtatEvaluation.TRANSMISE
        if self.decision:
            return EtatEvaluation.DECIDEE
        if self.silence:
            return EtatEvaluation.ACQUISE
        if self.commentaires:
            return EtatEvaluation.COMMENTEE
        if self.rapport:
            return EtatEvaluation.RAPPORTEE
        return EtatEvaluation.NON_REQUISE if self.dispense else EtatEvaluation.ATTENDUE

    @property
    def actes_permis(self) -> tuple[ActeFinal, ...]:
        """Ce que l'état permet; le rapport d'une évaluation dite non requise est reçu."""
        match self.etat:
            case EtatEvaluation.ATTENDUE:
                return (ActeFinal.DISPENSE, ActeFinal.RAPPORT)
            case EtatEvaluation.NON_REQUISE:
                return (ActeFinal.RAPPORT,)
            case EtatEvaluation.RAPPORTEE:
                return (ActeFinal.COMMENTAIRES, ActeFinal.DECISION)
            case EtatEvaluation.COMMENTEE:
                return (ActeFinal.DECISION,)
            case EtatEvaluation.DECIDEE | EtatEvaluation.ACQUISE:
                return (ActeFinal.TRANSMISSION,)
            case _:
                return ()

    def actes_le(self, jour: date) -> tuple[ActeFinal, ...]:
        """Ce qui se permet ce jour-là : le silence acquis, il n'y a plus à commenter ni décider."""
        return () if self.tue(jour) else self.actes_permis

    def tue(self, jour: date) -> bool:
        """Vrai si, ce jour-là, le silence du dirigeant a conclu, et que rien ne l'a inscrit."""
        attend = self.etat in {EtatEvaluation.RAPPORTEE, EtatEvaluation.COMMENTEE}
        return attend and self.decision_au is not None and jour > self.decision_au

    @property
    def rapport_au(self) -> date:
        """Le dernier jour du rapport."""
        return self.fin + timedelta(days=self.rapport_jours - 1)

    @property
    def decision_depuis(self) -> date | None:
        """Le jour d'où court le délai du dirigeant : commentaires reçus à temps, ou délai échu."""
        if self.rapport is None:
            return None
        recus = self.commentaires.recus_le if self.commentaires else None
        return min(recus or self.rapport.commentaires_au, self.rapport.commentaires_au)

    @property
    def decision_au(self) -> date | None:
        """Le dernier jour de la décision; passé sans elle, le rendement est satisfaisant.

        Des commentaires inscrits après qu'ils furent reçus n'ôtent rien au délai du dirigeant.
        """
        if self.rapport is None or self.decision_depuis is None:
            return None
        depuis = self.decision_depuis
        if self.commentaires and self.commentaires.recus_le:
            inscrits_le = jour_de_quebec(self.commentaires.visa.le)
            depuis = min(max(depuis, inscrits_le), self.rapport.commentaires_au)
        return depuis + timedelta(days=self.rapport.decision_jours)

    @property
    def attendue_le(self) -> date | None:
        """Le dernier jour de ce qui manque; rien s'il ne manque rien."""
        match self.etat:
            case EtatEvaluation.ATTENDUE:
                return self.rapport_au
            case EtatEvaluation.RAPPORTEE | EtatEvaluation.COMMENTEE:
                return self.decision_au
            case EtatEvaluation.DECIDEE:
                return self.decision.transmission_au if self.decision else None
            case EtatEvaluation.ACQUISE:
                return self.silence.transmission_au if self.silence else None
            case _:
                return None

    def conclusion(self, jour: date) -> ConclusionRendement | None:
        """L'issue, ce jour-là : décidée, ou du silence, jamais avant qu'il ait duré."""
        if self.decision:
            return ConclusionRendement(self.decision.rendement, par_silence=False)
        if self.silence or self.tue(jour):
            return ConclusionRendement(Rendement.SATISFAISANT, par_silence=True)
        return None

    def redater(self, fin: date) -> "EvaluationFinale":
        """La même, d'un contrat dont la fin a changé; sans effet une fois le rapport fait."""
        if self.rapport or fin == self.fin:
            return self
        return replace(self, version=self.version + 1, fin=fin)

    def dispenser(self, motif: str, acte: Acte) -> "EvaluationFinale":
        """L'organisme dit qu'elle n'est pas requise; lève `Interdit`, `TransitionImpossible`."""
        self._exiger(ActeFinal.DISPENSE, acte)
        dispense = Dispense(motif=motif, visa=Visa.de(acte))
        return replace(self, version=self.version + 1, dispense=dispense)

    def rapporter(
        self,
        rendement: Rendement,
        *,
        signe_le: date,
        remis_le: date,
        piece_id: UUID,
        normes: NormesEvaluation,
        acte: Acte,
    ) -> "EvaluationFinale":
        """Le rapport, fait après la fin et remis au fournisseur; tardif, il est reçu.

        Le délai du fournisseur court du jour où le rapport s'inscrit : inscrit tard, il n'a pas
        couru à son insu.
        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` d'une date qui précède ce qui la
        permet, ou à venir.
        """
        self._exiger(ActeFinal.RAPPORT, acte)
        if signe_le < self.fin:
            raise Conflit(
                f"Le contrat finit avant le {date_longue(self.fin)} : le rapport se fait après.",
                regle=REGLE,
            )
        exiger_ordre(signe_le, remis_le, "Le rapport se remet une fois signé.")
        exiger_passe(remis_le, acte, REGLE)
        rapport = Rapport(
            rendement=rendement,
            signe_le=signe_le,
            remis_le=remis_le,
            piece_id=piece_id,
            commentaires_au=jour_de_quebec(acte.le) + timedelta(days=normes.commentaires_jours),
            decision_jours=normes.decision_jours,
            visa=Visa.de(acte),
        )
        return replace(self, version=self.version + 1, rapport=rapport)

    def commenter(
        self, recus_le: date | None, piece_id: UUID | None, acte: Acte
    ) -> "EvaluationFinale":
        """L'organisme inscrit ce que le fournisseur a dit, ou qu'il n'a rien dit.

        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` d'une date avant le rapport, à venir,
        ou du silence du fournisseur avant la fin de son délai.
        """
        self._exiger(ActeFinal.COMMENTAIRES, acte)
        rapport = self._rapport
        if recus_le is None and jour_de_quebec(acte.le) <= rapport.commentaires_au:
            raise Conflit(
                "Le fournisseur peut commenter jusqu'au"
                f" {date_longue(rapport.commentaires_au)} compris.",
                regle=REGLE,
            )
        if recus_le is not None:
            exiger_ordre(rapport.remis_le, recus_le, "Le fournisseur commente ce qu'il a reçu.")
            exiger_passe(recus_le, acte, REGLE)
        dits = Commentaires(recus_le=recus_le, piece_id=piece_id, visa=Visa.de(acte))
        return replace(self, version=self.version + 1, commentaires=dits)

    def decider(
        self,
        rendement: Rendement,
        *,
        signee_le: date,
        piece_id: UUID | None,
        calendrier: Calendrier,
        normes: NormesEvaluation,
        acte: Acte,
    ) -> "EvaluationFinale":
        """Le dirigeant maintient le rapport, ou non.

        Lève `Interdit` d'une machine, ou de qui n'est pas le dirigeant et ne dépose pas sa décision
        signée; `TransitionImpossible`; `Conflit` d'une décision plus sévère que le rapport, avant
        les commentaires ou la fin de leur délai, à venir, ou après que le silence a décidé.
        """
        self._exiger(ActeFinal.DECISION, acte)
        exiger_une_personne(acte.acteur, REGLE)
        if piece_id is None and DIRIGEANT not in acte.acteur.roles:
            raise Interdit("La décision du dirigeant s'inscrit avec sa pièce signée.", regle=REGLE)
        if rendement is Rendement.INSATISFAISANT is not self._rapport.rendement:
            raise Conflit("Le dirigeant maintient le rapport, ou l'écarte.", regle=REGLE)
        exiger_passe(signee_le, acte, REGLE)
        self._exiger_apres_le_fournisseur(signee_le)
        decision = DecisionFinale(
            rendement=rendement,
            signee_le=signee_le,
            piece_id=piece_id,
            transmission_au=calendrier.ajouter_jours_ouvrables(
                signee_le, normes.transmission_jours_ouvrables
            ),
            visa=Visa.de(acte),
        )
        return replace(self, version=self.version + 1, decision=decision)

    def transmettre(self, le: date, acte: Acte) -> "EvaluationFinale":
        """L'évaluation signée parvient au Courtier; tardive, elle est reçue."""
        self._exiger(ActeFinal.TRANSMISSION, acte)
        if self.decision:
            exiger_ordre(self.decision.signee_le, le, "L'évaluation se transmet une fois signée.")
        exiger_passe(le, acte, REGLE)
        if le < jour_de_quebec(acte.le):
            raise Conflit("Une évaluation se transmet le jour où elle s'inscrit.", regle=REGLE)
        transmission = TransmissionFinale(le=le, visa=Visa.de(acte))
        return replace(self, version=self.version + 1, transmission=transmission)

    @property
    def _rapport(self) -> Rapport:
        if self.rapport is None:
            raise ValueError("L'évaluation n'a pas de rapport.")
        return self.rapport

    def _exiger_apres_le_fournisseur(self, signee_le: date) -> None:
        depuis = self.decision_depuis
        if depuis is None:
            return
        a_temps = self.commentaires is not None and self.commentaires.recus_le == depuis
        if signee_le < depuis or (signee_le == depuis and not a_temps):
            raise Conflit(
                "Le dirigeant décide après les commentaires du fournisseur, ou leur délai échu.",
                regle=REGLE,
            )

    def _exiger(self, geste: ActeFinal, acte: Acte) -> None:
        exiger_de_l_organisme(self.organisme, acte, REGLE)
        au = self.decision_au
        if au and self.tue(jour_de_quebec(acte.le)):
            raise Conflit(
                f"Sans décision inscrite au {date_longue(au)}, le rendement est tenu pour"
                " satisfaisant.",
                regle=REGLE,
            )
        if geste not in self.actes_permis:
            raise TransitionImpossible(geste, self.etat, self.actes_permis, regle=REGLE)


def identifiant_de(contrat_id: UUID) -> UUID:
    """L'identité de l'évaluation de fin d'un contrat."""
    return uuid5(contrat_id, "evaluation-de-fin")


def exiger_ordre(avant: date, apres: date, raison: str) -> None:
    """Lève `Conflit` (CI-21) si le second jour précède le premier."""
    if apres < avant:
        raise Conflit(raison, regle=REGLE)
