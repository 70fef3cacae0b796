"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.demande.ports import Rectifications
from demandes.parc.domaine.actif import Actif, HistoireActif, MouvementPose
from demandes.ropn.ports import Produits


class Actifs(Protocol):
    """Le parc."""

    async def lire(self, actif_id: UUID) -> Actif:
        """Lève `Introuvable`."""

    async def trouver(self, actif_id: UUID) -> Actif | None:
        """Verrouille l'actif, s'il existe."""

    async def mouvements(self, actif_id: UUID) -> Sequence[MouvementPose]: ...

    async def histoires(
        self, organisme: str, apres: UUID | None, limite: int
    ) -> Sequence[HistoireActif]:
        """Celles de ses actifs, par identifiant, après celui-là."""

    async def ecrire(self, actif: Actif, poses: Sequence[MouvementPose]) -> None:
        """Écrit l'actif, neuf ou non, et ajoute ces mouvements."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du parc."""

    actifs: Actifs
    rectifications: Rectifications
    produits: Produits
