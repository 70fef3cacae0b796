"""Rejouer les envois d'un abonné et le sortir de quarantaine (DEM-10)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.cas_usage.ports import Depots
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class RejouerEnvois:
    """`depuis` : renvoyer aussi ce qui a été livré depuis cet instant (temps système)."""

    webhook_id: UUID
    depuis: datetime | None = None


async def rejouer_envois(commande: RejouerEnvois, depots: Depots, _: Acte) -> Issue[int]:
    """Remet les envois dans la file, sous le même identifiant; rend leur nombre."""
    webhook = await depots.webhooks.charger(commande.webhook_id)
    await depots.webhooks.enregistrer(webhook.liberer())
    return Issue(await depots.webhooks.rejouer(webhook.id, commande.depuis))
