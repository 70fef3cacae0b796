"""Tenir compte de ce qu'un abonné a répondu (DEM-10)."""

from dataclasses import dataclass
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.webhook import Essai, Webhook
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class NoterEssais:
    """Les essais d'un lot, dans leur ordre."""

    webhook_id: UUID
    essais: tuple[Essai, ...]


async def noter_essais(commande: NoterEssais, depots: Depots, _: Acte) -> Issue[Webhook]:
    """Note chaque envoi; l'abonné se repose, se désactive ou va en quarantaine s'il le faut."""
    webhook = await depots.webhooks.charger(commande.webhook_id)
    suite = webhook.noter(commande.essais)
    await depots.webhooks.noter(suite, commande.essais)
    return Issue(suite)
