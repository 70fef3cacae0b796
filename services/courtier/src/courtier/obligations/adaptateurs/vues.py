"""Les lectures : la liste des obligations, et celles à rappeler."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import (
    Boolean,
    Date,
    bindparam,
    select,
)

from contrats.base import CodeOrganisme
from courtier.base import JOUR, venues
from courtier.obligations.adaptateurs.tables import obligations
from courtier.obligations.domaine import (
    TACITES,
    EtatObligation,
    NatureObligation,
    Obligation,
)
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne, parmi
from socle.bd.vues import VueListe

_c = obligations.c
LOT = 500
"""Obligations échues lues au plus à la fois."""


def obligation_lue(ligne: Ligne) -> Obligation:
    """L'obligation d'une ligne de la liste."""
    return objet(Obligation, ligne, nature=NatureObligation(ligne.nature))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreObligations:
    """Celles d'un organisme, d'une nature; l'état, lu un jour, borne la date où elles sont dues."""

    organisme: CodeOrganisme | None = None
    nature: NatureObligation | None = None
    court: bool | None = None
    remplie: bool | None = None
    abandonnee: bool | None = None
    due_des: date | None = None
    due_avant: date | None = None
    jusqu_au: date | None = None

    @classmethod
    def du(
        cls,
        jour: date,
        *,
        organisme: str | None,
        nature: NatureObligation | None,
        etat: EtatObligation | None,
        jusqu_au: date | None,
    ) -> "FiltreObligations":
        """Le filtre d'un état, tel qu'il se lit ce jour-là."""
        ouverte = etat in {EtatObligation.DUE, EtatObligation.EN_RETARD}
        return cls(
            organisme=organisme,
            nature=nature,
            court=True if ouverte else None,
            remplie=True if etat is EtatObligation.REMPLIE else None,
            abandonnee=True if etat is EtatObligation.ABANDONNEE else None,
            due_des=jour if etat is EtatObligation.DUE else None,
            due_avant=jour if etat is EtatObligation.EN_RETARD else None,
            jusqu_au=jusqu_au,
        )


_COURT = _c.remplie_le.is_(None) & _c.abandonnee_le.is_(None)
_VRAI = {nom: bindparam(nom, type_=Boolean()) for nom in ("court", "remplie", "abandonnee")}
OBLIGATIONS = VueListe(
    requete=select(obligations),
    filtre=FiltreObligations,
    cles=(_c.due_le, _c.id),
    conditions={
        "court": _COURT & _VRAI["court"],
        "remplie": _c.remplie_le.is_not(None) & _VRAI["remplie"],
        "abandonnee": _c.abandonnee_le.is_not(None) & _VRAI["abandonnee"],
        "due_des": _c.due_le >= bindparam("due_des", type_=Date()),
        "due_avant": _c.due_le < bindparam("due_avant", type_=Date()),
        "jusqu_au": _c.due_le <= bindparam("jusqu_au", type_=Date()),
    },
)


A_RAPPELER = venues(obligations, _c.rappel_le, _c.rappel_le <= JOUR)
"""Celles dont un rappel est dû ce jour-là."""
TUES = venues(obligations, _c.due_le, parmi(_c.nature, sorted(TACITES)), _COURT, _c.due_le < JOUR)
"""Celles à quoi le silence a répondu."""


def courantes(filtre: FiltreObligations) -> FiltreObligations:
    """Le même filtre, de ce qui court seulement."""
    return replace(filtre, court=True)
