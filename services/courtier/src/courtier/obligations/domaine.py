"""Une obligation : un acte la fait naître avec sa date, un autre la remplit (CI-16 à CI-24).

La date se calcule une fois, aux normes et au calendrier du jour où elle naît; rien ne la récrit. Ce
qui la déplacerait (un avenant, une résiliation) l'abandonne et en ouvre une autre.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from noyau import Conflit, jour_de_quebec


class Nature(StrEnum):
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


_DITES: Mapping[Nature, tuple[str, str]] = {
    Nature.COPIE: ("CI-16", "Copie signée à transmettre au Courtier"),
    Nature.SEAO_CONCLUSION: ("CI-18", "Conclusion à publier au SEAO"),
    Nature.SEAO_SUPPLEMENT: ("CI-18", "Supplément à publier au SEAO"),
    Nature.SEAO_FIN: ("CI-18", "Fin du contrat à publier au SEAO"),
    Nature.EVALUATION_ANNUELLE: ("CI-21", "Évaluation annuelle du fournisseur"),
    Nature.EVALUATION_FIN: ("CI-21", "Rapport d'évaluation de fin de contrat"),
    Nature.COMMENTAIRES: ("CI-21", "Commentaires du fournisseur sur son évaluation"),
    Nature.DECISION: ("CI-21", "Décision du dirigeant sur l'évaluation"),
    Nature.TRANSMISSION_EVALUATION: ("CI-21", "Évaluation à transmettre au Courtier"),
    Nature.TRANSMISSION_PIECE: ("CI-23", "Pièce à transmettre au Courtier"),
    Nature.SORTIE: ("CI-24", "Transition à la sortie à planifier"),
}


class Etat(StrEnum):
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
    nature: Nature
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

    def etat(self, jour: date) -> Etat:
        """Son état ce jour-là; remplie en retard, elle est remplie."""
        if self.abandonnee_le is not None:
            return Etat.ABANDONNEE
        if self.remplie_le is not None:
            return Etat.REMPLIE
        return Etat.EN_RETARD if self.due_le < jour else Etat.DUE

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

    def _exiger_ouverte(self) -> None:
        if self.remplie_le is not None or self.abandonnee_le is not None:
            raise Conflit("Cette obligation ne court plus.", regle=self.nature.regle)
