"""Ce que les écrans et les tâches lisent des simulations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select

from facturation.base import INSTANT
from facturation.simulations.adaptateurs import tables as t
from facturation.simulations.cas_usage import SimulerOrganisme
from facturation.simulations.domaine.simulations import Avancement, EtatVolet, Simulation, Volet
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet

_s, _v, _c, _b = t.simulations.c, t.volets.c, t.chiffres.c, t.budgets.c
_autre = t.budgets.alias("autre")

LOT: Final = 20
"""Les organismes qu'une passe de la tâche calcule : une petite simulation n'attend pas une grande.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreSimulations:
    """Celles que demande un organisme; vide, le MCN."""

    organisme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreVolets:
    """Ceux d'une simulation."""

    simulation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreChiffres:
    """Ceux d'une simulation; d'un organisme, d'un tarif, d'un mois."""

    simulation_id: UUID
    vise: str | None = None
    tarif: str | None = None
    periode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreBudgets:
    """Ceux d'un organisme; ceux d'un exercice."""

    organisme: str | None = None
    exercice: str | None = None


SIMULATION = VueObjet(select(t.simulations), _s.id, "Cette simulation n'existe pas.")
SIMULATIONS = VueListe(
    requete=select(
        _s.id, _s.organisme, _s.vise, _s.effet, _s.premier, _s.dernier, _s.demandee_le,
        _s.arretee_le, _s.terminee_le, _s.empreinte,
    ),
    filtre=FiltreSimulations,
    cles=(_s.id,),
    decroissant=True,
)  # fmt: skip
_exercice = func.to_char(_s.demandee_le, "YYYY-MM")
VOLETS = VueListe(requete=select(t.volets), filtre=FiltreVolets, cles=(_v.vise,))
CHIFFRES = VueListe(
    requete=select(t.chiffres), filtre=FiltreChiffres, cles=(_c.vise, _c.periode, _c.tarif)
)
BUDGETS = VueListe(
    requete=select(t.budgets),
    filtre=FiltreBudgets,
    cles=(_b.organisme, _b.exercice, _b.version),
)
_SOMMES = tuple(func.sum(c).label(c.key) for c in (_c.facture, _c.avant, _c.apres))
_DE_LA_SIMULATION = _c.simulation_id == bindparam("simulation")
_PAR_MOIS = (
    select(_c.periode, *_SOMMES).where(_DE_LA_SIMULATION).group_by(_c.periode).order_by(_c.periode)
)
_PAR_TARIF = (
    select(_c.tarif, *_SOMMES).where(_DE_LA_SIMULATION).group_by(_c.tarif).order_by(_c.tarif)
)
_VOLETS = select(t.volets).where(_v.simulation_id == bindparam("simulation")).order_by(_v.vise)
_DERNIERS_BUDGETS: Select[Any] = (
    select(_b.organisme, _b.montant)
    .where(_b.exercice == bindparam("exercice"))
    .join(
        select(_autre.c.organisme, func.max(_autre.c.version).label("version"))
        .where(_autre.c.exercice == bindparam("exercice"))
        .group_by(_autre.c.organisme)
        .subquery("dernier"),
        onclause=and_(True),
    )
)
