"""Le parc, et le soutien étendu."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.adaptateurs.lignes import colonnes, objet, une
from demandes.adaptateurs.tables import abonnements_soutien, actifs, interventions
from demandes.domaine.actif import Actif, EtatActif
from demandes.domaine.soutien import AbonnementSoutien, Intervention


@dataclass(frozen=True, slots=True)
class ActifsSql:
    """Tient `DepotActifs`."""

    connexion: AsyncConnection

    async def charger(self, actif_id: UUID) -> Actif:
        requete = select(actifs).where(actifs.c.id == actif_id).with_for_update()
        return objet(Actif, await une(self.connexion, requete, "Actif"))

    async def en_service(self, article_id: UUID) -> UUID | None:
        requete = select(actifs.c.id).where(
            actifs.c.article_id == article_id, actifs.c.etat == EtatActif.EN_SERVICE
        )
        trouve = await self.connexion.scalar(requete)
        # L'UUID d'asyncpg n'est pas celui que le JSON d'un article sait écrire.
        return None if trouve is None else UUID(int=trouve.int)

    async def ajouter(self, actif: Actif) -> None:
        await self.connexion.execute(
            insert_pg(actifs)
            .values(**colonnes(actif))
            .on_conflict_do_nothing(index_elements=[actifs.c.id])
        )

    async def enregistrer(self, actif: Actif) -> None:
        champs = colonnes(actif)
        await self.connexion.execute(
            update(actifs).where(actifs.c.id == champs.pop("id")).values(**champs)
        )


@dataclass(frozen=True, slots=True)
class SoutienSql:
    """Tient `DepotSoutien`."""

    connexion: AsyncConnection

    async def abonnements(self, organisme: str) -> Sequence[AbonnementSoutien]:
        requete = select(abonnements_soutien).where(abonnements_soutien.c.organisme == organisme)
        lignes = await self.connexion.execute(requete)
        return [objet(AbonnementSoutien, ligne) for ligne in lignes]

    async def charger(self, abonnement_id: UUID) -> AbonnementSoutien:
        requete = (
            select(abonnements_soutien)
            .where(abonnements_soutien.c.id == abonnement_id)
            .with_for_update()
        )
        return objet(AbonnementSoutien, await une(self.connexion, requete, "Abonnement"))

    async def ajouter(self, abonnement: AbonnementSoutien) -> None:
        await self.connexion.execute(insert(abonnements_soutien).values(**colonnes(abonnement)))

    async def enregistrer(self, abonnement: AbonnementSoutien) -> None:
        await self.connexion.execute(
            update(abonnements_soutien)
            .where(abonnements_soutien.c.id == abonnement.id)
            .values(fin=abonnement.fin, version=abonnement.version)
        )

    async def incident(self, incident_id: UUID) -> Sequence[Intervention]:
        requete = select(interventions).where(interventions.c.incident_id == incident_id)
        lignes = await self.connexion.execute(requete)
        return [objet(Intervention, ligne) for ligne in lignes]

    async def ajouter_intervention(self, intervention: Intervention) -> bool:
        ecrit = await self.connexion.execute(
            insert_pg(interventions).values(**colonnes(intervention)).on_conflict_do_nothing()
        )
        return bool(ecrit.rowcount)
