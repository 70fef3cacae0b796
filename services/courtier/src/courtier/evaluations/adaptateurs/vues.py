"""Les lectures des évaluations; un organisme n'y trouve que les siennes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, select, tuple_

from contrats.base import CodeOrganisme
from courtier.contrats.adaptateurs.tables import contrats
from courtier.evaluations.adaptateurs.conversion import evaluation_de
from courtier.evaluations.adaptateurs.tables import evaluations
from courtier.evaluations.domaine.etats import EtatEvaluation, NatureEvaluation
from socle.bd.connexion import Connexion
from socle.bd.instructions import parmi
from socle.bd.vues import Vue, VueListe, VueObjet

__all__ = ["CONTRAT", "TOUTES", "UNE", "FiltreEvaluations", "Tue", "evaluation_de", "tues"]

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


LOT = 200
"""Évaluations tues lues au plus à la fois."""
_TUES = (
    select(_e.organisme, _e.id, _e.attendue_le)
    .where(
        parmi(_e.etat, (EtatEvaluation.RAPPORTEE, EtatEvaluation.COMMENTEE)),
        _e.attendue_le < bindparam("jour", type_=Date()),
        tuple_(_e.attendue_le, _e.id)
        > tuple_(bindparam("apres_le", type_=Date()), bindparam("apres_id", type_=Uuid())),
    )
    .order_by(_e.attendue_le, _e.id)
    .limit(LOT)
)


@dataclass(frozen=True, slots=True)
class Tue:
    """Une évaluation de fin que son dirigeant n'a pas décidée à temps."""

    organisme: str
    evaluation_id: UUID
    attendue_le: date


def tues(jour: date, apres: Tue | None = None) -> Vue[Sequence[Tue]]:
    """Un lot de celles que le silence a conclues ce jour-là, la plus ancienne d'abord."""

    async def vue(connexion: Connexion) -> Sequence[Tue]:
        depuis = {
            "apres_le": apres.attendue_le if apres else date.min,
            "apres_id": apres.evaluation_id if apres else UUID(int=0),
        }
        lignes = await connexion.lignes(_TUES, {"jour": jour, **depuis})
        return [Tue(ligne.organisme, ligne.id, ligne.attendue_le) for ligne in lignes]

    return vue


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
