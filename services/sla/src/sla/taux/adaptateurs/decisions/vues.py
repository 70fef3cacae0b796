"""De quand date ce qu'une personne a décidé d'un sujet : exclure, annuler, accepter (SLA-8)."""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from sla.exclusions.adaptateurs.tables import annulations, contestations, decisions, exclusions
from sla.exclusions.domaine.contestations import Etat

_e, _k, _a, _d = exclusions.c, contestations.c, annulations.c, decisions.c


def derniere_decision(
    sujet: Any,  # noqa: ANN401
    sujet_id: Any,  # noqa: ANN401
    organisme: Any,  # noqa: ANN401
) -> ColumnElement[Any]:
    """L'instant de la dernière; null : aucune. Une contestation rejetée ne change rien."""

    def siennes(de: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401
        return de.sujet == sujet, de.sujet_id == sujet_id, de.organisme == organisme

    return func.greatest(
        select(func.max(_e.prononcee_le)).where(*siennes(_e)).scalar_subquery(),
        select(func.max(_a.annulee_le))
        .select_from(annulations.join(exclusions, _a.exclusion_id == _e.id))
        .where(*siennes(_e))
        .scalar_subquery(),
        select(func.max(_d.prise_le))
        .select_from(decisions.join(contestations, _d.contestation_id == _k.id))
        .where(_d.etat == Etat.ACCEPTEE.value, *siennes(_k))
        .scalar_subquery(),
    )
