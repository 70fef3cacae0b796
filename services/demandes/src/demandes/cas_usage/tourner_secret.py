"""Donner une clé neuve à un abonné (DEM-10)."""

from dataclasses import dataclass
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.webhook import Webhook
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class TournerSecret:
    """La clé neuve; l'ancienne signe encore tant qu'on la garde."""

    webhook_id: UUID
    secret: str
    garder_ancienne: bool = True


async def tourner_secret(commande: TournerSecret, depots: Depots, _: Acte) -> Issue[Webhook]:
    """Change la clé; lève `Introuvable`."""
    webhook = await depots.webhooks.charger(commande.webhook_id)
    tourne = webhook.tourner(commande.secret, garder_ancienne=commande.garder_ancienne)
    await depots.webhooks.enregistrer(tourne)
    return Issue(tourne)
