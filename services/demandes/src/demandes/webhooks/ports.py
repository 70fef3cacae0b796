"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from demandes.clients.ports import Organismes
from demandes.webhooks.domaine import EnvoiADeposer, Essai, Webhook


class Webhooks(Protocol):
    """Les abonnés et leurs envois. Les attentes se comptent en temps système."""

    async def charger(self, webhook_id: UUID) -> Webhook:
        """Verrouille l'abonné; lève `Introuvable`."""

    async def ajouter(self, webhook: Webhook) -> None: ...

    async def compter(self, organisme: str | None) -> int:
        """Les abonnés non désactivés d'un organisme, ou du MCN; qui compte est seul à le faire."""

    async def a_chiffrer(self, debut: str, apres: UUID, limite: int) -> Sequence[Webhook]:
        """Verrouille les abonnés, après celui-là, dont une clé ne commence pas ainsi."""

    async def enregistrer_secrets(self, webhook_id: UUID, secrets: Sequence[str]) -> None:
        """Les mêmes clés, chiffrées autrement : l'abonné n'a pas changé."""

    async def enregistrer(self, webhook: Webhook) -> None: ...

    async def deposer(self, envois: Sequence[EnvoiADeposer]) -> None:
        """Un envoi par abonné intéressé; sans effet si l'événement est déjà déposé."""

    async def enregistrer_essais(self, webhook: Webhook, essais: Sequence[Essai]) -> None: ...

    async def rejouer(self, webhook_id: UUID, depuis: datetime | None) -> int:
        """Remet à envoyer ce qui est abandonné ou en attente; `depuis` : ce qui est livré aussi."""


class Coffre(Protocol):
    """Chiffre et ouvre les clés des abonnés."""

    @property
    def debut(self) -> str:
        """Par quoi commence une clé chiffrée comme on le fait maintenant."""

    def chiffrer(self, webhook_id: UUID, secret: str) -> str: ...

    def ouvrir(self, webhook_id: UUID, garde: str) -> str:
        """Lève `ValueError` si la clé n'a pas été chiffrée par une des nôtres."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des abonnés."""

    webhooks: Webhooks
    organismes: Organismes
