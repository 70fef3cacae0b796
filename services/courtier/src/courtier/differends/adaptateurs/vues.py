"""Les lectures des différends et des incidents; un organisme n'y trouve que les siens."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, bindparam, select

from contrats.base import CodeOrganisme
from courtier.contrats.adaptateurs.tables import contrats
from courtier.differends.adaptateurs import tables as t
from courtier.differends.adaptateurs.conversion import differend_de, incident_de
from courtier.differends.domaine import differends, incidents
from socle.bd.vues import VueListe, VueObjet

__all__ = [
    "CONTRAT",
    "DIFFEREND",
    "DIFFERENDS",
    "INCIDENT",
    "INCIDENTS",
    "FiltreDifferends",
    "FiltreIncidents",
    "differend_de",
    "incident_de",
]
_d, _i = t.differends.c, t.incidents.c
CONTRAT = VueObjet(
    select(contrats.c.organisme, contrats.c.id), contrats.c.id, "Contrat introuvable."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDifferends:
    """`signale` : ceux que le Courtier voit signalés ce jour-là."""

    organisme: CodeOrganisme | None = None
    contrat_id: UUID | None = None
    fournisseur_id: UUID | None = None
    nature: differends.NatureDifferend | None = None
    ferme: bool | None = None
    signale: date | None = None


DIFFEREND = VueObjet(select(t.differends), _d.id, "Différend introuvable.")
DIFFERENDS = VueListe(
    requete=select(*(c for c in _d if c is not _d.contenu)),
    filtre=FiltreDifferends,
    cles=(_d.id,),
    conditions={"signale": _d.signale_depuis <= bindparam("signale", type_=Date())},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreIncidents:
    """`avis_manquant` : un avis requis n'y est pas donné."""

    organisme: CodeOrganisme | None = None
    contrat_id: UUID | None = None
    fournisseur_id: UUID | None = None
    nature: incidents.NatureIncident | None = None
    etat: incidents.EtatIncident | None = None
    avis_manquant: bool | None = None


INCIDENT = VueObjet(select(t.incidents), _i.id, "Incident introuvable.")
INCIDENTS = VueListe(
    requete=select(*(c for c in _i if c is not _i.contenu)),
    filtre=FiltreIncidents,
    cles=(_i.id,),
)
