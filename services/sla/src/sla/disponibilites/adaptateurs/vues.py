"""Les lectures des disponibilités : une requête par écran."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Text, any_, bindparam, func, literal, or_, select

from noyau import Mois
from sla.disponibilites.adaptateurs import tables as t
from sla.disponibilites.cas_usage.comptes import ABSENTE
from sla.disponibilites.domaine.signalements import EtatSignalement
from socle.bd.connexion import Connexion
from socle.bd.vues import SansFiltre, Vue, VueListe, VueObjet

_i, _s, _m, _a = (
    t.indisponibilites.c, t.signalements.c, t.minutes.c, t.actes_indisponibilites.c,
)  # fmt: skip

SERVICES = VueListe(requete=select(t.services), filtre=SansFiltre, cles=(t.services.c.code,))
SERVICE = VueObjet(select(t.services), t.services.c.code, "Ce service n'existe pas.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreActesDeService:
    """Ceux d'un service."""

    service: str


ACTES_DE_SERVICE = VueListe(
    requete=select(t.actes_services),
    filtre=FiltreActesDeService,
    cles=(t.actes_services.c.rang,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreIndisponibilites:
    """Celles d'un service, d'une nature; celles d'un organisme, même s'il n'en est plus."""

    service: str | None = None
    nature: str | None = None
    organisme: str | None = None
    annulee: bool | None = None
    ouverte: bool | None = None


# Vide, tous la lisent; la politique de la table le dit aussi.
_LUE = or_(
    func.cardinality(_i.lecteurs) == 0,
    bindparam("organisme", type_=Text) == any_(_i.lecteurs),
)
INDISPONIBILITES = VueListe(
    requete=select(t.indisponibilites),
    filtre=FiltreIndisponibilites,
    cles=(_i.debut, _i.id),
    decroissant=True,
    conditions={
        "organisme": _LUE,
        "ouverte": (_i.fin.is_(None) & ~_i.annulee) == bindparam("ouverte"),
    },
)
_ABSENTE = "Cette indisponibilité n'existe pas."
INDISPONIBILITE = VueObjet(select(t.indisponibilites), _i.id, _ABSENTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreActes:
    """Ceux d'une indisponibilité."""

    id: UUID


ACTES = VueListe(requete=select(t.actes_indisponibilites), filtre=FiltreActes, cles=(_a.rang,))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreSignalements:
    """Ceux d'un organisme, d'un état, d'un service."""

    organisme: str | None = None
    etat: EtatSignalement | None = None
    service: str | None = None


SIGNALEMENTS = VueListe(
    requete=select(t.signalements), filtre=FiltreSignalements, cles=(_s.id,), decroissant=True
)
SIGNALEMENT = VueObjet(select(t.signalements), _s.id, "Ce signalement n'existe pas.")
ALARMES_ECARTEES = VueListe(
    requete=select(t.alarmes_ecartees),
    filtre=SansFiltre,
    cles=(t.alarmes_ecartees.c.id,),
    decroissant=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreMinutes:
    """Celles d'un indicateur, d'un organisme, d'un mois."""

    indicateur: str | None = None
    organisme: str | None = None
    periode: str | None = None


_MINUTES = select(
    func.trim_scale(_m.cible, type_=Numeric).label("cible"),
    *(colonne for colonne in t.minutes.columns if colonne.name != "cible"),
)
DISPONIBILITE = VueObjet(_MINUTES, _MINUTES.selected_columns.id, ABSENTE)
MINUTES = VueListe(
    requete=_MINUTES,
    filtre=FiltreMinutes,
    cles=tuple(_MINUTES.selected_columns[nom] for nom in ("periode", "indicateur", "organisme")),
    decroissant=True,
)

_A_JOUR = select(literal(1)).where(
    t.mois_comptes.c.periode == bindparam("periode", type_=Text),
    t.mois_comptes.c.jusqua >= bindparam("hier", type_=t.mois_comptes.c.jusqua.type),
)
_MARQUES = select(literal(1)).where(t.mois_comptes.c.a_compter).limit(1)


def mois_restants(hier: date) -> Vue[bool]:
    """Vrai s'il reste des mois marqués, ou si hier n'est pas compté."""

    async def vue(connexion: Connexion) -> bool:
        if await connexion.valeur(_MARQUES):
            return True
        au_jour: dict[str, Any] = {"periode": str(Mois.de(hier)), "hier": hier}
        return not await connexion.valeur(_A_JOUR, au_jour)

    return vue
