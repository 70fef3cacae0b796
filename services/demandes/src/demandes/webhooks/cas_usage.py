"""Abonner des adresses à nos événements, et tenir compte de ce qu'elles répondent (DEM-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from demandes.webhooks.domaine import MEMOIRE, EnvoiADeposer, Essai, Webhook
from demandes.webhooks.ports import Ports
from noyau import Acte, Resultat


async def creer_webhook(webhook: Webhook, ports: Ports, _: Acte) -> Resultat[Webhook]:
    """Abonne; lève `Introuvable` si l'organisme visé l'est."""
    if webhook.organisme is not None:
        _organisme = await ports.organismes.lire(webhook.organisme)
    await ports.webhooks.ajouter(webhook)
    return Resultat(webhook)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierWebhook:
    """Ce qui change; le reste demeure."""

    webhook_id: UUID
    url: str | None = None
    types: tuple[str, ...] | None = None
    actif: bool | None = None


async def modifier_webhook(
    commande: ModifierWebhook, ports: Ports, acte: Acte
) -> Resultat[Webhook]:
    """Modifie, désactive ou réactive; lève `Introuvable` ou `VersionPerimee`."""
    webhook = acte.sur(await ports.webhooks.charger(commande.webhook_id))
    modifie = webhook.modifier(url=commande.url, types=commande.types, actif=commande.actif)
    if modifie != webhook:
        await ports.webhooks.enregistrer(modifie)
    return Resultat(modifie)


@dataclass(frozen=True, slots=True, kw_only=True)
class TournerSecret:
    """La clé neuve; l'ancienne signe encore tant qu'on la garde."""

    webhook_id: UUID
    secret: str
    garder_ancienne: bool = True


async def tourner_secret(commande: TournerSecret, ports: Ports, acte: Acte) -> Resultat[Webhook]:
    """Change la clé; lève `Introuvable` ou `VersionPerimee`."""
    webhook = acte.sur(await ports.webhooks.charger(commande.webhook_id))
    tourne = webhook.tourner(commande.secret, garder_ancienne=commande.garder_ancienne)
    await ports.webhooks.enregistrer(tourne)
    return Resultat(tourne)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejouerEnvois:
    """`depuis` : renvoyer aussi ce qui a été livré depuis cet instant (temps système)."""

    webhook_id: UUID
    depuis: datetime | None = None


async def rejouer_envois(commande: RejouerEnvois, ports: Ports, acte: Acte) -> Resultat[int]:
    """Remet les envois dans la file, sous le même identifiant; rend leur nombre."""
    webhook = acte.sur(await ports.webhooks.charger(commande.webhook_id))
    await ports.webhooks.enregistrer(webhook.liberer())
    return Resultat(await ports.webhooks.rejouer(webhook.id, commande.depuis))


async def deposer_envois(
    envois: Sequence[EnvoiADeposer], ports: Ports, acte: Acte
) -> Resultat[None]:
    """Dépose un envoi par abonné intéressé; une histoire relue ne se renvoie pas."""
    recents = [envoi for envoi in envois if acte.le - envoi.enregistre_le < MEMOIRE]
    await ports.webhooks.deposer(recents)
    return Resultat(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnregistrerEssais:
    """Les essais d'un lot, dans leur ordre."""

    webhook_id: UUID
    essais: tuple[Essai, ...]


async def enregistrer_essais(
    commande: EnregistrerEssais, ports: Ports, _: Acte
) -> Resultat[Webhook]:
    """Inscrit chaque réponse; l'abonné se repose, se désactive ou va en quarantaine."""
    webhook = await ports.webhooks.charger(commande.webhook_id)
    apres = webhook.enregistrer_essais(commande.essais)
    await ports.webhooks.enregistrer_essais(apres, commande.essais)
    return Resultat(apres)


async def purger_envois(age: timedelta, ports: Ports, _: Acte) -> Resultat[int]:
    """Oublie les envois plus vieux que cet âge (temps système); rend leur nombre."""
    return Resultat(await ports.webhooks.purger(age))
