"""De quand date ce qu'on apprit d'un sujet, et ce qu'une personne en a décidé (SLA-7, SLA-8)."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from sla.exclusions.adaptateurs.tables import annulations, contestations, decisions, exclusions
from sla.exclusions.domaine.contestations import Etat
from sla.histoires.adaptateurs.tables import histoires, rectifications

_e, _k, _a, _d = exclusions.c, contestations.c, annulations.c, decisions.c


_AVANT = histoires.alias("avant")
_h, _o, _r = histoires.c, _AVANT.c, rectifications.c
_ORIGINE = and_(
    _o.sujet == _h.origine_sorte, _o.sujet_id == _h.origine_id, _o.organisme == _h.organisme
)


def dernier_fait(
    sujet: Any,  # noqa: ANN401
    sujet_id: Any,  # noqa: ANN401
    organisme: Any,  # noqa: ANN401
) -> ColumnElement[Any]:
    """Quand fut enregistré le dernier de ses faits, ou de ceux du dossier d'où il naît (IC-1).

    Une rectification en est un (DEM-13); null : aucun.
    """

    def dernier(de: Any, source: FromClause) -> ColumnElement[Any]:  # noqa: ANN401
        siens = (_h.sujet == sujet, _h.sujet_id == sujet_id, _h.organisme == organisme)
        return (
            select(func.max(de.enregistre_le)).select_from(source).where(*siens).scalar_subquery()
        )

    def rectifie(de: Any) -> ColumnElement[bool]:  # noqa: ANN401
        return and_(_r.acte_id == de.acte_id, _r.organisme == de.organisme)

    avec_origine = histoires.join(_AVANT, _ORIGINE)
    return func.greatest(
        dernier(_h, histoires),
        dernier(_r, histoires.join(rectifications, rectifie(_h))),
        dernier(_o, avec_origine),
        dernier(_r, avec_origine.join(rectifications, rectifie(_o))),
    )


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
