"""Abonner une adresse à nos événements (DEM-10)."""

from dataclasses import dataclass

from demandes.cas_usage.ports import Depots
from demandes.domaine.webhook import Webhook
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class CreerWebhook:
    """L'abonné et sa clé."""

    webhook: Webhook


async def creer_webhook(commande: CreerWebhook, depots: Depots, _: Acte) -> Issue[Webhook]:
    """Abonne; lève `Introuvable` si l'organisme visé l'est."""
    if commande.webhook.organisme is not None:
        await depots.organismes.lire(commande.webhook.organisme)
    await depots.webhooks.ajouter(commande.webhook)
    return Issue(commande.webhook)
