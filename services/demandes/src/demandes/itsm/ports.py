"""Ce que l'aire attend de la base, et des aires où ses actes se posent."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from demandes.demande.domaine.demande import Demande
from demandes.demande.domaine.intentions import Intention
from demandes.demande.ports import Demandes
from demandes.itsm.domaine import ActeItsm
from demandes.parc.domaine.actif import Actif
from demandes.parc.domaine.voulus import MouvementVoulu
from demandes.parc.ports import Actifs
from demandes.soutien.domaine import Intervention, InterventionAnnoncee
from noyau import Acte, Resultat

Poser = Callable[[Intention, Acte], Awaitable[Resultat[Demande]]]
Mouvoir = Callable[[MouvementVoulu, Acte], Awaitable[Resultat[Actif]]]
Intervenir = Callable[[InterventionAnnoncee, Acte], Awaitable[Resultat[Intervention]]]


class Actes(Protocol):
    """Les actes reçus de l'ITSM, appliqués, différés, refusés ou écartés."""

    async def trouver(self, identifiant: str) -> ActeItsm | None: ...

    async def charger(self, identifiant: str) -> ActeItsm:
        """Verrouille l'acte; lève `Introuvable`."""

    async def ajouter(self, recu: ActeItsm) -> None: ...

    async def differes(self, demande_id: UUID) -> Sequence[ActeItsm]:
        """Les actes différés d'une demande, dans l'ordre où ils ont été reçus."""

    async def enregistrer(self, recu: ActeItsm) -> None: ...

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[ActeItsm]:
        """Marque, une seule fois, les actes en souffrance depuis avant cet instant; les rend."""

    def tentative(self) -> AbstractAsyncContextManager[None]:
        """Un essai : s'il lève, il n'aura rien écrit."""


@dataclass(frozen=True, slots=True)
class Ports:
    """De quoi recevoir ce que l'ITSM annonce, et le poser là où il va."""

    actes: Actes
    demandes: Demandes
    actifs: Actifs
    poser: Poser
    mouvoir: Mouvoir
    intervenir: Intervenir
