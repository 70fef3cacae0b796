"""Le soutien étendu sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from demandes.soutien.adaptateurs.tables import interventions
from demandes.soutien.adaptateurs.vues import OUVERTS
from demandes.soutien.domaine import Intervention
from noyau import Conflit, Introuvable
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet
from socle.bd.instructions import parmi

_i = interventions.c
# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_INCIDENT = select(interventions).where(_i.incident_id == bindparam("incident_id"))
_UNE = select(interventions).where(_i.id == bindparam("id"))
_INSCRIRE = insert(interventions).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class SoutienSql:
    """Tient `ports.Soutien`."""

    connexion: Connexion

    async def incident(self, incident_id: UUID) -> Sequence[Intervention]:
        lignes = await self.connexion.lignes(_INCIDENT, {"incident_id": incident_id})
        return [objet(Intervention, ligne) for ligne in lignes]

    async def intervention(self, intervention_id: UUID) -> Intervention:
        lignes = await self.connexion.lignes(_UNE, {"id": intervention_id})
        if not lignes:
            raise Introuvable("Intervention introuvable.")
        if len(lignes) > 1:
            raise Conflit("Deux organismes ont une intervention de cet identifiant.", regle="FAC-4")
        return objet(Intervention, lignes[0])

    async def instants(self, organisme: str) -> Sequence[datetime]:
        requete = select(_i.survenu_le).where(_i.organisme == organisme, _i.survenu_le.is_not(None))
        return await self.connexion.colonne(requete)

    async def ajouter_intervention(self, intervention: Intervention) -> bool:
        champs = {**colonnes(intervention), "survenu_le": intervention.survenu_le}
        return bool(await self.connexion.ecrire(_INSCRIRE, champs))

    async def montrer(self, intervention_id: UUID, juste: datetime | None) -> None:
        await self.connexion.ecrire(
            update(interventions).where(_i.id == intervention_id).values(survenu_le=juste)
        )

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[Intervention]:
        ouverts = await self.connexion.colonne(OUVERTS, {"avant": avant})
        requete = (
            update(interventions)
            .where(parmi(_i.incident_id, ouverts))
            .values(signale_le=literal(le))
            .returning(*interventions.c)
        )
        if not ouverts:
            return []
        lignes = await self.connexion.lignes(requete)
        return list({ligne.incident_id: objet(Intervention, ligne) for ligne in lignes}.values())
