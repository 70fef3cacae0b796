"""Abonner des adresses à nos événements, et tenir compte de ce qu'elles répondent (DEM-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.webhooks.domaine import (
    MEMOIRE,
    Conditions,
    Destination,
    EnvoiADeposer,
    Essai,
    EtatWebhook,
    Webhook,
)
from demandes.webhooks.ports import Coffre, Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class CreerWebhook:
    """L'abonné, et à quoi on l'accepte."""

    webhook: Webhook
    destination: Destination
    conditions: Conditions


async def creer_webhook(commande: CreerWebhook, ports: Ports, _: Acte) -> Resultat[Webhook]:
    """Abonne; lève `Introuvable` si l'organisme visé l'est, `Conflit` (DEM-10) hors conditions."""
    webhook, conditions = commande.webhook, commande.conditions
    if webhook.organisme is not None:
        _organisme = await ports.organismes.lire(webhook.organisme)
    conditions.exiger_joignable(webhook.organisme, commande.destination)
    conditions.exiger_livrables(webhook.organisme, webhook.types)
    conditions.exiger_place(await ports.webhooks.compter(webhook.organisme))
    await ports.webhooks.ajouter(webhook)
    return Resultat(webhook)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierWebhook:
    """Ce qui change; le reste demeure."""

    webhook_id: UUID
    conditions: Conditions
    destination: Destination | None = None
    types: tuple[str, ...] | None = None
    actif: bool | None = None


async def modifier_webhook(
    commande: ModifierWebhook, ports: Ports, acte: Acte
) -> Resultat[Webhook]:
    """Modifie, désactive ou réactive; lève `Introuvable`, `VersionPerimee` ou `Conflit`."""
    webhook = acte.sur(await ports.webhooks.charger(commande.webhook_id))
    conditions, destination = commande.conditions, commande.destination
    if destination is not None:
        conditions.exiger_joignable(webhook.organisme, destination)
    if commande.types is not None:
        conditions.exiger_livrables(webhook.organisme, commande.types)
    if commande.actif and webhook.etat is EtatWebhook.DESACTIVE:
        conditions.exiger_place(await ports.webhooks.compter(webhook.organisme))
    url = None if destination is None else destination.url
    modifie = webhook.modifier(url=url, types=commande.types, actif=commande.actif)
    if modifie != webhook:
        await ports.webhooks.enregistrer(modifie)
    return Resultat(modifie)


@dataclass(frozen=True, slots=True, kw_only=True)
class TournerSecret:
    """La clé neuve, chiffrée; l'ancienne signe encore tant qu'on la garde."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiffrerSecrets:
    """Un lot d'abonnés, après celui-là."""

    coffre: Coffre
    apres: UUID
    limite: int


@dataclass(frozen=True, slots=True)
class SecretsChiffres:
    """Ce qu'un lot a donné : les abonnés lus, dans l'ordre, et ceux dont une clé est illisible."""

    lus: tuple[UUID, ...]
    illisibles: tuple[UUID, ...]


async def chiffrer_secrets(
    commande: ChiffrerSecrets, ports: Ports, _: Acte
) -> Resultat[SecretsChiffres]:
    """Chiffre les clés encore en clair, ou sous une ancienne; une illisible n'arrête rien."""
    coffre, illisibles = commande.coffre, list[UUID]()
    lot = await ports.webhooks.a_chiffrer(coffre.debut, commande.apres, commande.limite)
    for webhook in lot:
        try:
            claires = [coffre.ouvrir(webhook.id, secret) for secret in webhook.secrets]
        except ValueError:
            illisibles.append(webhook.id)
            continue
        chiffres = tuple(coffre.chiffrer(webhook.id, claire) for claire in claires)
        await ports.webhooks.enregistrer_secrets(webhook.id, chiffres)
    return Resultat(SecretsChiffres(tuple(w.id for w in lot), tuple(illisibles)))
