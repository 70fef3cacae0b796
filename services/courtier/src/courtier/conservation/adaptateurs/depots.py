"""Les gels, les demandes et les destructions sur PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from courtier.base import remplacer
from courtier.conservation.adaptateurs import tables as t
from courtier.conservation.adaptateurs.conversion import (
    demande_de,
    gel_de,
    ligne_de_demande,
    ligne_de_destruction,
    ligne_de_gel,
)
from courtier.conservation.domaine import Demande, Destruction, Gel
from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.instructions import parmi

_g, _d, _x = t.gels.c, t.demandes.c, t.destructions.c
_GELS = select(t.gels).where(_g.contrat_id == bindparam("contrat_id")).order_by(_g.id)
_GEL = (
    select(t.gels)
    .where(_g.contrat_id == bindparam("contrat_id"), _g.id == bindparam("id"))
    .with_for_update()
)
_DEMANDE = select(t.demandes).where(_d.id == bindparam("id")).with_for_update()
_ATTENDUES = select(_d.piece_id).where(parmi(_d.piece_id, "pieces"), _d.attendue_le.is_not(None))
_DEJA = select(_x.piece_id).where(parmi(_x.piece_id, "pieces"))


@dataclass(frozen=True, slots=True)
class GelsSql:
    """Tient `ports.Gels`."""

    connexion: Connexion

    async def ajouter(self, gel: Gel) -> None:
        await self.connexion.ecrire(insert(t.gels), ligne_de_gel(gel))

    async def charger(self, contrat_id: UUID, identifiant: UUID) -> Gel:
        cle = {"contrat_id": contrat_id, "id": identifiant}
        return gel_de(await une(self.connexion, _GEL, "Gel introuvable.", **cle))

    async def enregistrer(self, gel: Gel) -> None:
        await remplacer(self.connexion, t.gels, ligne_de_gel(gel))

    async def du_contrat(self, contrat_id: UUID) -> Sequence[Gel]:
        lus = await self.connexion.lignes(_GELS, {"contrat_id": contrat_id})
        return [gel_de(ligne) for ligne in lus]


@dataclass(frozen=True, slots=True)
class DestructionsSql:
    """Tient `ports.Destructions`."""

    connexion: Connexion

    async def ajouter(self, destructions: Sequence[Destruction]) -> None:
        lignes = [ligne_de_destruction(destruction) for destruction in destructions]
        await self.connexion.ecrire_lot(insert(t.destructions), lignes)

    async def deja(self, pieces: Collection[UUID]) -> frozenset[UUID]:
        return frozenset(await self.connexion.colonne(_DEJA, {"pieces": list(pieces)}))


@dataclass(frozen=True, slots=True)
class DemandesSql:
    """Tient `ports.Demandes`."""

    connexion: Connexion

    async def ajouter(self, demande: Demande) -> None:
        await self.connexion.ecrire(insert(t.demandes), ligne_de_demande(demande))

    async def charger(self, identifiant: UUID) -> Demande:
        absente = "Demande introuvable."
        return demande_de(await une(self.connexion, _DEMANDE, absente, id=identifiant))

    async def enregistrer(self, demande: Demande) -> None:
        await remplacer(self.connexion, t.demandes, ligne_de_demande(demande))

    async def attendues(self, pieces: Collection[UUID]) -> frozenset[UUID]:
        return frozenset(await self.connexion.colonne(_ATTENDUES, {"pieces": list(pieces)}))
