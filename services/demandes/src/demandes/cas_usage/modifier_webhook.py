"""Modifier, désactiver ou réactiver un abonné (DEM-10)."""

from dataclasses import dataclass
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.webhook import Webhook
from socle.noyau import Acte, Issue, VersionPerimee


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierWebhook:
    """Ce qui change; le reste demeure."""

    webhook_id: UUID
    version: int
    url: str | None = None
    types: tuple[str, ...] | None = None
    actif: bool | None = None


async def modifier_webhook(commande: ModifierWebhook, depots: Depots, _: Acte) -> Issue[Webhook]:
    """Modifie; lève `Introuvable` ou `VersionPerimee`."""
    webhook = await depots.webhooks.charger(commande.webhook_id)
    if webhook.version != commande.version:
        raise VersionPerimee("L'abonné a changé depuis votre lecture.")
    modifie = webhook.modifier(url=commande.url, types=commande.types, actif=commande.actif)
    await depots.webhooks.enregistrer(modifie)
    return Issue(modifie)
