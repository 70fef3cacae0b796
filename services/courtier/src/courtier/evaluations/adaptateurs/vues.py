"""Les lectures des évaluations; un organisme n'y trouve que les siennes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, bindparam, select

from contrats.base import CodeOrganisme
from courtier.base import JOUR, venues
from courtier.contrats.adaptateurs.tables import contrats
from courtier.evaluations.adaptateurs.conversion import evaluation_de
from courtier.evaluations.adaptateurs.tables import evaluations
from courtier.evaluations.domaine.etats import EtatEvaluation, NatureEvaluation
from socle.bd.instructions import parmi
from socle.bd.vues import VueListe, VueObjet

__all__ = ["CONTRAT", "TOUTES", "TUES", "UNE", "FiltreEvaluations", "evaluation_de"]

_e = evaluations.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEvaluations:
    """`en_retard` : celles à qui il manque quelque chose depuis avant ce jour."""

    organisme: CodeOrganisme | None = None
    contrat_id: UUID | None = None
    fournisseur_id: UUID | None = None
    nature: NatureEvaluation | None = None
    annee: int | None = None
    etat: EtatEvaluation | None = None
    en_retard: date | None = None


TUES = venues(
    evaluations,
    _e.attendue_le,
    parmi(_e.etat, (EtatEvaluation.RAPPORTEE, EtatEvaluation.COMMENTEE)),
    _e.attendue_le < JOUR,
)
"""Celles de fin que leur dirigeant n'a pas décidées à temps."""
CONTRAT = VueObjet(
    select(contrats.c.organisme, contrats.c.id), contrats.c.id, "Contrat introuvable."
)
UNE = VueObjet(select(evaluations), _e.id, "Évaluation introuvable.")
TOUTES = VueListe(
    requete=select(*(c for c in _e if c is not _e.contenu)),
    filtre=FiltreEvaluations,
    cles=(_e.id,),
    conditions={"en_retard": _e.attendue_le < bindparam("en_retard", type_=Date())},
)
