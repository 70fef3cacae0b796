"""Ce que les écrans lisent des exclusions prononcées et des contestations."""

from dataclasses import dataclass

from sqlalchemy import case, func, select

from sla.exclusions.adaptateurs import tables as t
from sla.exclusions.domaine.contestations import Etat, Objet
from socle.bd.vues import VueListe, VueObjet

_e, _a, _c, _d = t.exclusions.c, t.annulations.c, t.contestations.c, t.decisions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreContestations:
    """Celles d'un organisme, d'un état, d'une sorte d'objet, d'un sujet."""

    organisme: str | None = None
    etat: Etat | None = None
    objet: Objet | None = None
    sujet_id: str | None = None


EXCLUSION = VueObjet(
    select(
        t.exclusions,
        _a.annulee_le,
        _a.annulee_par,
        _a.motif.label("motif_annulation"),
        _a.contestation_id,
        case((_a.annulee_le.is_(None), "en_vigueur"), else_="annulee").label("etat"),
    ).join_from(t.exclusions, t.annulations, _a.exclusion_id == _e.id, isouter=True),
    _e.id,
    "Cette exclusion n'existe pas.",
)
_CONTESTATIONS = select(
    t.contestations,
    func.coalesce(_d.etat, Etat.OUVERTE.value).label("etat"),
    _d.motif.label("motif_decision"),
    _d.prise_le,
    _d.prise_par,
).join_from(t.contestations, t.decisions, _d.contestation_id == _c.id, isouter=True)
CONTESTATION = VueObjet(_CONTESTATIONS, _c.id, "Cette contestation n'existe pas.")
CONTESTATIONS = VueListe(
    requete=_CONTESTATIONS, filtre=FiltreContestations, cles=(_c.ouverte_le, _c.id)
)
