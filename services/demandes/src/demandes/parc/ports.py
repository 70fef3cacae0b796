"""Ce que l'aire attend de la base."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.clients.ports import Organismes
from demandes.demande.ports import Rectifications, RectificationsLues
from demandes.parc.domaine.actif import Actif, MouvementPose
from demandes.ropn.ports import Produits


class Actifs(Protocol):
    """Le parc."""

    async def lire(self, actif_id: UUID) -> Actif:
        """Lève `Introuvable`."""

    async def trouver(self, actif_id: UUID) -> Actif | None:
        """Verrouille l'actif, s'il existe."""

    async def mouvements(self, actif_id: UUID) -> Sequence[MouvementPose]: ...

    async def ecrire(self, actif: Actif, poses: Sequence[MouvementPose]) -> None:
        """Écrit l'actif, neuf ou non, et ajoute ces mouvements."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du parc."""

    actifs: Actifs
    rectifications: Rectifications
    produits: Produits


class ActifsLus(Protocol):
    """Le parc d'un organisme, lu lot par lot."""

    async def apres(self, organisme: str, apres: UUID | None, limite: int) -> Sequence[Actif]:
        """Ses actifs, par identifiant, après celui-là."""

    async def mouvements_des(self, ids: Collection[UUID]) -> Mapping[UUID, Sequence[MouvementPose]]:
        """Par actif, ses mouvements."""


@dataclass(frozen=True, slots=True)
class PortsInventaires:
    """Ce que lit un inventaire."""

    actifs: ActifsLus
    rectifications: RectificationsLues
    organismes: Organismes
    produits: Produits
