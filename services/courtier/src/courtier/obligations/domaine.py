"""Une obligation : un acte la fait naître avec sa date, un autre la remplit (CI-16 à CI-24).

La date se calcule une fois, aux normes et au calendrier du jour où elle naît; rien ne la récrit. Ce
qui la déplacerait (un avenant, une résiliation) l'abandonne et en ouvre une autre.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from noyau import Acte, Conflit, Fait, jour_de_quebec


class NatureObligation(StrEnum):
    """Ce qui est dû."""

    COPIE = "copie"
    SEAO_CONCLUSION = "seao_conclusion"
    SEAO_SUPPLEMENT = "seao_supplement"
    SEAO_FIN = "seao_fin"
    EVALUATION_ANNUELLE = "evaluation_annuelle"
    EVALUATION_FIN = "evaluation_fin"
    COMMENTAIRES = "commentaires"
    DECISION = "decision"
    TRANSMISSION_EVALUATION = "transmission_evaluation"
    TRANSMISSION_PIECE = "transmission_piece"
    SORTIE = "sortie"

    @property
    def regle(self) -> str:
        """La règle d'où elle vient."""
        return _DITES[self][0]

    @property
    def libelle(self) -> str:
        return _DITES[self][1]


_DITES: Mapping[NatureObligation, tuple[str, str]] = {
    NatureObligation.COPIE: ("CI-16", "Copie signée à transmettre au Courtier"),
    NatureObligation.SEAO_CONCLUSION: ("CI-18", "Conclusion à publier au SEAO"),
    NatureObligation.SEAO_SUPPLEMENT: ("CI-18", "Supplément à publier au SEAO"),
    NatureObligation.SEAO_FIN: ("CI-18", "Fin du contrat à publier au SEAO"),
    NatureObligation.EVALUATION_ANNUELLE: ("CI-21", "Évaluation annuelle du fournisseur"),
    NatureObligation.EVALUATION_FIN: ("CI-21", "Rapport d'évaluation de fin de contrat"),
    NatureObligation.COMMENTAIRES: ("CI-21", "Commentaires du fournisseur sur son évaluation"),
    NatureObligation.DECISION: ("CI-21", "Décision du dirigeant sur l'évaluation"),
    NatureObligation.TRANSMISSION_EVALUATION: ("CI-21", "Évaluation à transmettre au Courtier"),
    NatureObligation.TRANSMISSION_PIECE: ("CI-23", "Pièce à transmettre au Courtier"),
    NatureObligation.SORTIE: ("CI-24", "Transition à la sortie à planifier"),
}


TACITES = frozenset({NatureObligation.COMMENTAIRES, NatureObligation.DECISION})
"""Ce dont le silence vaut réponse : passé sa date, nul ne le doit plus (CI-21)."""


class EtatObligation(StrEnum):
    """Où en est une obligation, un jour donné."""

    DUE = "due"
    EN_RETARD = "en_retard"
    REMPLIE = "remplie"
    ABANDONNEE = "abandonnee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Ce qu'un organisme doit, au plus tard le jour `due_le` compris, date de Québec."""

    id: UUID
    organisme: str
    nature: NatureObligation
    objet_id: UUID
    """Ce dont elle est due : un contrat, un avenant, une évaluation, une pièce."""
    contrat_id: UUID | None = None
    dossier_id: UUID | None = None
    due_le: date
    ouverte_le: datetime
    rappels: tuple[date, ...] = ()
    """Les jours où la rappeler, croissants."""
    remplie_le: datetime | None = None
    abandonnee_le: datetime | None = None
    rappelee: date | None = None
    """Le jour du dernier rappel publié; ceux d'avant sont faits, ou sans objet."""

    @classmethod
    def nee(
        cls,
        nature: NatureObligation,
        organisme: str,
        objet_id: UUID,
        *,
        due_le: date,
        acte: Acte,
        contrat_id: UUID | None = None,
        dossier_id: UUID | None = None,
        rappels: tuple[date, ...] = (),
    ) -> "Obligation":
        """Celle que cet acte fait naître; le même acte redit donne la même."""
        return cls(
            id=uuid5(objet_id, f"{nature}/{due_le}/{acte.le.isoformat()}"),
            organisme=organisme,
            nature=nature,
            objet_id=objet_id,
            contrat_id=contrat_id,
            dossier_id=dossier_id,
            due_le=due_le,
            ouverte_le=acte.le,
            rappels=rappels,
        )

    def etat(self, jour: date) -> EtatObligation:
        """Son état ce jour-là; remplie en retard, elle est remplie."""
        if self.abandonnee_le is not None:
            return EtatObligation.ABANDONNEE
        if self.remplie_le is not None:
            return EtatObligation.REMPLIE
        return EtatObligation.EN_RETARD if self.due_le < jour else EtatObligation.DUE

    @property
    def tardive(self) -> bool:
        """Vrai si elle fut remplie après sa date."""
        return self.remplie_le is not None and jour_de_quebec(self.remplie_le) > self.due_le

    def remplir(self, le: datetime) -> "Obligation":
        """Remplie à cet instant; lève `Conflit` si elle ne court plus."""
        self._exiger_ouverte()
        return replace(self, remplie_le=le)

    def abandonner(self, le: datetime) -> "Obligation":
        """Plus due : ce dont elle l'était a changé; lève `Conflit` si elle ne court plus."""
        self._exiger_ouverte()
        return replace(self, abandonnee_le=le)

    def tue(self, jour: date) -> bool:
        """Vrai si ce jour-là le silence y a répondu : elle court encore, et n'a plus d'objet."""
        return self.nature in TACITES and self.etat(jour) is EtatObligation.EN_RETARD

    @property
    def court(self) -> bool:
        """Vrai si elle n'est ni remplie ni abandonnée."""
        return self.remplie_le is None and self.abandonnee_le is None

    @property
    def rappel_le(self) -> date | None:
        """Le jour du prochain rappel; aucun si elle ne court plus."""
        if not self.court:
            return None
        return next((jour for jour in self.rappels if self._a_dire(jour)), None)

    def rappel_du(self, le: date) -> date | None:
        """Le rappel à publier ce jour-là : de plusieurs passés, le dernier a seul un objet."""
        if not self.court:
            return None
        return next((j for j in reversed(self.rappels) if self._a_dire(j) and j <= le), None)

    def rappeler(self, rappel: date, le: datetime) -> tuple["Obligation", "ObligationRappelee"]:
        """Ce rappel publié, une fois."""
        rappelee = replace(self, rappelee=rappel)
        return rappelee, ObligationRappelee(obligation=rappelee, rappel=rappel, survenu_le=le)

    def _a_dire(self, rappel: date) -> bool:
        return self.rappelee is None or rappel > self.rappelee

    def _exiger_ouverte(self) -> None:
        if not self.court:
            raise Conflit("Cette obligation ne court plus.", regle=self.nature.regle)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRappelee(Fait):
    """Un jour de rappel est venu, et l'obligation court encore."""

    obligation: Obligation
    rappel: date


def a_venir(jours: Iterable[date], acte: Acte) -> tuple[date, ...]:
    """Les jours qui ne sont pas encore passés, croissants, sans répétition."""
    aujourdhui = jour_de_quebec(acte.le)
    return tuple(sorted({jour for jour in jours if jour > aujourdhui}))
