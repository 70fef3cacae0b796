"""Le soutien étendu sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.soutien.adaptateurs.tables import abonnements_soutien, interventions
from demandes.soutien.domaine import AbonnementSoutien, Intervention
from socle.bd.conversion import colonnes, objet, une

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_ABONNEMENTS = select(abonnements_soutien).where(
    abonnements_soutien.c.organisme == bindparam("organisme")
)
_CHARGER = (
    select(abonnements_soutien).where(abonnements_soutien.c.id == bindparam("id")).with_for_update()
)
_INCIDENT = select(interventions).where(interventions.c.incident_id == bindparam("incident_id"))
_AJOUTER = insert(abonnements_soutien)
_INSCRIRE = insert(interventions).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class SoutienSql:
    """Tient `ports.Soutien`."""

    connexion: AsyncConnection

    async def abonnements(self, organisme: str) -> Sequence[AbonnementSoutien]:
        lignes = await self.connexion.execute(_ABONNEMENTS, {"organisme": organisme})
        return [objet(AbonnementSoutien, ligne) for ligne in lignes]

    async def charger(self, abonnement_id: UUID) -> AbonnementSoutien:
        ligne = await une(self.connexion, _CHARGER, "Abonnement introuvable.", id=abonnement_id)
        return objet(AbonnementSoutien, ligne)

    async def ajouter(self, abonnement: AbonnementSoutien) -> None:
        await self.connexion.execute(_AJOUTER, colonnes(abonnement))

    async def enregistrer(self, abonnement: AbonnementSoutien) -> None:
        await self.connexion.execute(
            update(abonnements_soutien)
            .where(abonnements_soutien.c.id == abonnement.id)
            .values(fin=abonnement.fin, version=abonnement.version)
        )

    async def incident(self, incident_id: UUID) -> Sequence[Intervention]:
        lignes = await self.connexion.execute(_INCIDENT, {"incident_id": incident_id})
        return [objet(Intervention, ligne) for ligne in lignes]

    async def ajouter_intervention(self, intervention: Intervention) -> bool:
        ecrit = await self.connexion.execute(_INSCRIRE, colonnes(intervention))
        return bool(ecrit.rowcount)
