"""Les différends et les incidents sur PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from courtier.base import remplacer
from courtier.differends.adaptateurs import tables as t
from courtier.differends.adaptateurs.conversion import (
    differend_de,
    incident_de,
    ligne_d_incident,
    ligne_de_differend,
)
from courtier.differends.domaine.differends import Differend
from courtier.differends.domaine.incidents import Incident
from socle.bd.connexion import Connexion
from socle.bd.conversion import une

_DIFFEREND = select(t.differends).where(t.differends.c.id == bindparam("id")).with_for_update()
_COMPTER = select(func.count()).where(t.differends.c.contrat_id == bindparam("contrat_id"))
_INCIDENT = select(t.incidents).where(t.incidents.c.id == bindparam("id")).with_for_update()


@dataclass(frozen=True, slots=True)
class DifferendsSql:
    """Tient `ports.Differends`."""

    connexion: Connexion

    async def ajouter(self, differend: Differend) -> None:
        await self.connexion.ecrire(insert(t.differends), ligne_de_differend(differend))

    async def charger(self, identifiant: UUID) -> Differend:
        absent = "Différend introuvable."
        return differend_de(await une(self.connexion, _DIFFEREND, absent, id=identifiant))

    async def enregistrer(self, differend: Differend) -> None:
        await remplacer(self.connexion, t.differends, ligne_de_differend(differend))

    async def compter(self, contrat_id: UUID) -> int:
        return int(await self.connexion.valeur(_COMPTER, {"contrat_id": contrat_id}))


@dataclass(frozen=True, slots=True)
class IncidentsSql:
    """Tient `ports.Incidents`."""

    connexion: Connexion

    async def ajouter(self, incident: Incident) -> None:
        await self.connexion.ecrire(insert(t.incidents), ligne_d_incident(incident))

    async def charger(self, identifiant: UUID) -> Incident:
        absent = "Incident introuvable."
        return incident_de(await une(self.connexion, _INCIDENT, absent, id=identifiant))

    async def enregistrer(self, incident: Incident) -> None:
        await remplacer(self.connexion, t.incidents, ligne_d_incident(incident))
