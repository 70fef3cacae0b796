"""Ce que les écrans lisent des saisies et des décisions."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from facturation.saisies.adaptateurs import tables as t
from facturation.saisies.domaine.decisions import EtatDecision
from facturation.saisies.domaine.saisies import VALENT, EtatSaisie
from socle.bd.vues import VueListe, VueObjet

_s, _d = t.saisies.c, t.decisions.c
_DU_MCN = select(t.saisies)
_DE_L_ORGANISME = _DU_MCN.where(
    or_(*(_s.etat == etat for etat in (*sorted(VALENT), EtatSaisie.ANNULEE)))
)
"""Ce qui attend une seconde personne, ou n'a pas eu lieu, ne regarde que le MCN."""
_ABSENTE = "Cette saisie n'existe pas."


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreSaisies:
    """Celles d'un organisme, d'un mois, d'un état, d'une décision."""

    organisme: str | None = None
    periode: str | None = None
    etat: EtatSaisie | None = None
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDecisions:
    """Celles d'un organisme, d'un état."""

    organisme: str | None = None
    etat: EtatDecision | None = None


SAISIES, SAISIES_DE_L_ORGANISME = (
    VueListe(
        requete=requete,
        filtre=FiltreSaisies,
        cles=(_s.id,),
        decroissant=True,
    )
    for requete in (_DU_MCN, _DE_L_ORGANISME)
)
SAISIE = VueObjet(_DU_MCN, _s.id, _ABSENTE)
SAISIE_DE_L_ORGANISME = VueObjet(_DE_L_ORGANISME, _s.id, _ABSENTE)
DECISIONS = VueListe(
    requete=select(t.decisions), filtre=FiltreDecisions, cles=(_d.id,), decroissant=True
)
DECISION = VueObjet(select(t.decisions), _d.id, "Cette décision n'existe pas.")
