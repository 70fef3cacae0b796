"""Le parc sur PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from demandes.demande.adaptateurs.tables import rectifications
from demandes.parc.adaptateurs.tables import actifs, mouvements
from demandes.parc.domaine.actif import PLI, Actif, HistoireActif, MouvementPose
from noyau import Histoire, Rectification
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
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_LEURS_MOUVEMENTS = select(mouvements).where(mouvements.c.actif_id == any_(_IDS))
_LEURS_RECTIFICATIONS = (
    select(rectifications)
    .where(rectifications.c.agregat_id == any_(_IDS))
    .order_by(rectifications.c.rang)
)
_ACTIF = insert(actifs)
_ECRIRE = _ACTIF.on_conflict_do_update(
    index_elements=[actifs.c.id],
    set_={c.name: _ACTIF.excluded[c.name] for c in actifs.c if not c.primary_key},
)
_AJOUTER = insert(mouvements)


@dataclass(frozen=True, slots=True)
class ActifsSql:
    """Tient `ports.Actifs`."""

    connexion: Connexion

    async def lire(self, actif_id: UUID) -> Actif:
        return objet(Actif, await une(self.connexion, _LIRE, "Actif introuvable.", id=actif_id))

    async def trouver(self, actif_id: UUID) -> Actif | None:
        ligne = await trouver(self.connexion, _TROUVER, id=actif_id)
        return None if ligne is None else objet(Actif, ligne)

    async def mouvements(self, actif_id: UUID) -> Sequence[MouvementPose]:
        lignes = await self.connexion.lignes(_MOUVEMENTS, {"id": actif_id})
        return [objet(MouvementPose, ligne) for ligne in lignes]

    async def histoires(
        self, organisme: str, apres: UUID | None, limite: int
    ) -> Sequence[HistoireActif]:
        voulus = {"organisme": organisme, "apres": apres, "limite": limite}
        lus = [objet(Actif, ligne) for ligne in await self.connexion.lignes(_SUIVANTS, voulus)]
        ids = {"ids": [actif.id for actif in lus]}
        poses: dict[UUID, list[MouvementPose]] = defaultdict(list)
        for ligne in await self.connexion.lignes(_LEURS_MOUVEMENTS, ids):
            poses[ligne.actif_id].append(objet(MouvementPose, ligne))
        justes: dict[UUID, list[Rectification]] = defaultdict(list)
        for ligne in await self.connexion.lignes(_LEURS_RECTIFICATIONS, ids):
            justes[ligne.agregat_id].append(objet(Rectification, ligne))
        return [
            Histoire(
                pli=PLI,
                depart=actif.neuf(),
                actes=tuple(poses[actif.id]),
                rectifications=tuple(justes[actif.id]),
            )
            for actif in lus
        ]

    async def ecrire(self, actif: Actif, poses: Sequence[MouvementPose]) -> None:
        await self.connexion.ecrire(_ECRIRE, colonnes(actif))
        cle = {"actif_id": actif.id, "organisme": actif.organisme}
        if poses:
            await self.connexion.ecrire_lot(_AJOUTER, [cle | colonnes(pose) for pose in poses])
