"""Le parc sur PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from demandes.parc.adaptateurs.tables import actifs, mouvements
from demandes.parc.domaine.actif import Actif, MouvementPose
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver, une

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_LIRE = select(actifs).where(actifs.c.id == bindparam("id"))
_TROUVER = _LIRE.with_for_update()
_MOUVEMENTS = select(mouvements).where(mouvements.c.actif_id == bindparam("id"))
_SUIVANTS = (
    select(actifs)
    .where(
        actifs.c.organisme == bindparam("organisme"),
        or_(bindparam("apres", type_=Uuid).is_(None), actifs.c.id > bindparam("apres")),
    )
    .order_by(actifs.c.id)
    .limit(bindparam("limite"))
)
_LEURS_MOUVEMENTS = select(mouvements).where(
    mouvements.c.actif_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
)
_ACTIF = insert(actifs)
_ECRIRE = _ACTIF.on_conflict_do_update(
    index_elements=[actifs.c.id],
    set_={c.name: _ACTIF.excluded[c.name] for c in actifs.c if not c.primary_key},
)
_AJOUTER = insert(mouvements)


@dataclass(frozen=True, slots=True)
class ActifsSql:
    """Tient `ports.Actifs` et `ports.ActifsLus`."""

    connexion: Connexion

    async def lire(self, actif_id: UUID) -> Actif:
        return objet(Actif, await une(self.connexion, _LIRE, "Actif introuvable.", id=actif_id))

    async def trouver(self, actif_id: UUID) -> Actif | None:
        ligne = await trouver(self.connexion, _TROUVER, id=actif_id)
        return None if ligne is None else objet(Actif, ligne)

    async def mouvements(self, actif_id: UUID) -> Sequence[MouvementPose]:
        lignes = await self.connexion.lignes(_MOUVEMENTS, {"id": actif_id})
        return [objet(MouvementPose, ligne) for ligne in lignes]

    async def apres(self, organisme: str, apres: UUID | None, limite: int) -> Sequence[Actif]:
        voulus = {"organisme": organisme, "apres": apres, "limite": limite}
        return [objet(Actif, ligne) for ligne in await self.connexion.lignes(_SUIVANTS, voulus)]

    async def mouvements_des(self, ids: Collection[UUID]) -> Mapping[UUID, Sequence[MouvementPose]]:
        trouves: dict[UUID, list[MouvementPose]] = defaultdict(list)
        for ligne in await self.connexion.lignes(_LEURS_MOUVEMENTS, {"ids": list(ids)}):
            trouves[ligne.actif_id].append(objet(MouvementPose, ligne))
        return trouves

    async def ecrire(self, actif: Actif, poses: Sequence[MouvementPose]) -> None:
        await self.connexion.ecrire(_ECRIRE, colonnes(actif))
        cle = {"actif_id": actif.id, "organisme": actif.organisme}
        if poses:
            await self.connexion.ecrire_lot(_AJOUTER, [cle | colonnes(pose) for pose in poses])
