"""Le parc sur PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.parc.adaptateurs.tables import actifs
from demandes.parc.domaine import Actif, EtatActif
from socle.bd.conversion import colonnes, objet, une

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_CHARGER = select(actifs).where(actifs.c.id == bindparam("id")).with_for_update()
_EN_SERVICE = select(actifs.c.id).where(
    actifs.c.article_id == bindparam("article_id"), actifs.c.etat == EtatActif.EN_SERVICE
)
_AJOUTER = insert(actifs).on_conflict_do_nothing(index_elements=[actifs.c.id])


@dataclass(frozen=True, slots=True)
class ActifsSql:
    """Tient `ports.Actifs`, et `ActifsEnService` de l'aire des demandes."""

    connexion: AsyncConnection

    async def charger(self, actif_id: UUID) -> Actif:
        return objet(Actif, await une(self.connexion, _CHARGER, "Actif introuvable.", id=actif_id))

    async def en_service(self, article_id: UUID) -> UUID | None:
        trouve = await self.connexion.scalar(_EN_SERVICE, {"article_id": article_id})
        # L'UUID d'asyncpg n'est pas celui que le JSON d'un article sait écrire.
        return None if trouve is None else UUID(int=trouve.int)

    async def ajouter(self, actif: Actif) -> None:
        await self.connexion.execute(_AJOUTER, colonnes(actif))

    async def enregistrer(self, actif: Actif) -> None:
        champs = colonnes(actif)
        await self.connexion.execute(
            update(actifs).where(actifs.c.id == champs.pop("id")).values(**champs)
        )
