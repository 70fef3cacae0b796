"""Les demandes et leur chronologie sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.demande.adaptateurs.conversion import demande_de, ligne_de_geste
from demandes.demande.adaptateurs.tables import demandes, gestes_poses, numeros
from demandes.demande.domaine.demande import Demande, GestePose
from noyau import VersionPerimee
from socle.bd.conversion import colonnes, une

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_CHARGER = select(demandes).where(demandes.c.id == bindparam("id")).with_for_update()
_NUMERO = select(numeros.next_value())
_AJOUTER = insert(demandes)
_POSER = insert(gestes_poses)


@dataclass(frozen=True, slots=True)
class DemandesSql:
    """Tient `ports.Demandes`."""

    connexion: AsyncConnection

    async def charger(self, demande_id: UUID) -> Demande:
        ligne = await une(self.connexion, _CHARGER, "Demande introuvable.", id=demande_id)
        return demande_de(ligne)

    async def nouveau_numero(self, annee: int) -> str:
        rang = await self.connexion.scalar(_NUMERO)
        return f"D-{annee}-{rang:06d}"

    async def ajouter(self, demande: Demande, gestes: Sequence[GestePose] = ()) -> None:
        await self.connexion.execute(_AJOUTER, colonnes(demande))
        await self._poser(gestes)

    async def enregistrer(self, demande: Demande, gestes: Sequence[GestePose]) -> None:
        champs = colonnes(demande)
        ecrit = await self.connexion.execute(
            update(demandes)
            .where(
                demandes.c.id == champs.pop("id"),
                demandes.c.version == demande.version - len(gestes),
            )
            .values(**champs)
        )
        if not ecrit.rowcount:
            raise VersionPerimee("La demande a changé depuis sa lecture.")
        await self._poser(gestes)

    async def _poser(self, gestes: Sequence[GestePose]) -> None:
        if gestes:
            await self.connexion.execute(_POSER, [ligne_de_geste(pose) for pose in gestes])
