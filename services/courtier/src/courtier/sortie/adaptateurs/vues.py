"""Les lectures des sorties; un organisme n'y trouve que les siennes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, bindparam, select

from contrats.base import CodeOrganisme
from courtier.sortie.adaptateurs.tables import sorties
from courtier.sortie.domaine import EtatSortie
from socle.bd.vues import VueListe
from socle.champs import Jour

_s = sorties.c
_TARDIF = _s.contenu["achevement"]["tardif"].as_boolean().label("tardif")
"""Aucun d'une sortie à achever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreSorties:
    """`fin_avant` : d'un contrat qui finit avant ce jour."""

    organisme: CodeOrganisme | None = None
    etat: EtatSortie | None = None
    fin_avant: Jour | None = None
    contrat_id: UUID | None = None


SORTIES = VueListe(
    requete=select(_s.organisme, _s.contrat_id, _s.etat, _s.fin, _TARDIF),
    filtre=FiltreSorties,
    cles=(_s.fin, _s.contrat_id),
    conditions={"fin_avant": _s.fin < bindparam("fin_avant", type_=Date())},
)
