"""Les routes des abonnés à nos événements (DEM-10)."""

import base64
import secrets
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from demandes.webhooks.adaptateurs import vues
from demandes.webhooks.adaptateurs.coffre import EN_CLAIR
from demandes.webhooks.cas_usage import (
    CreerWebhook,
    ModifierWebhook,
    RejouerEnvois,
    TournerSecret,
    creer_webhook,
    modifier_webhook,
    rejouer_envois,
    tourner_secret,
)
from demandes.webhooks.domaine import Conditions, EtatEnvoi, Webhook
from demandes.webhooks.entrees.schemas import (
    EnvoiOut,
    RejeuIn,
    RejeuOut,
    RotationIn,
    WebhookCreeOut,
    WebhookIn,
    WebhookModifIn,
    WebhookOut,
)
from demandes.webhooks.ports import Coffre, Ports
from socle.web import (
    SITUE,
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    acces,
    lu,
    uuid7,
)

Abonneur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "gestionnaire", "admin", "agent-csc", "itsm", "integration")),
]

routes = Routeur(prefix="/v1/webhooks", tags=["webhooks"])
_ROTATION = RotationIn()
_REJEU = RejeuIn()


@routes.get(
    "",
    response_model=Liste[WebhookOut],
    operation_id="lister_webhooks",
    summary="Lister les abonnés (DEM-10)",
)
async def lister(
    appel: Abonneur,
    filtre: Annotated[vues.FiltreWebhooks, lu(vues.FiltreWebhooks)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que les siens."""
    return await appel.lister(vues.WEBHOOKS, filtre, Liste[WebhookOut], page=page)


@routes.get(
    "/{webhook_id}",
    response_model=WebhookOut,
    operation_id="lire_webhook",
    summary="Lire un abonné",
)
async def lire(webhook_id: UUID, appel: Abonneur) -> Response:
    """Sans ses clés."""
    return await appel.lire(vues.WEBHOOK.de(webhook_id), WebhookOut.model_validate)


@routes.post(
    "/{webhook_id}/rejeu",
    response_model=RejeuOut,
    operation_id="rejouer_envois",
    summary="Rejouer les envois et sortir de quarantaine (DEM-10)",
)
async def rejouer(webhook_id: UUID, appel: Abonneur, corps: RejeuIn = _REJEU) -> Response:
    """Chaque envoi repart sous le même identifiant d'événement."""
    commande = RejouerEnvois(webhook_id=webhook_id, depuis=corps.depuis)
    return await appel.ecrire(rejouer_envois, commande, lambda envois: RejeuOut(envois=envois))


@routes.get(
    "/{webhook_id}/envois",
    response_model=Liste[EnvoiOut],
    summary="Lister les envois d'un abonné, les plus récents d'abord (DEM-10)",
)
async def lister_envois(
    webhook_id: UUID, appel: Abonneur, page: PageDemandee, etat: EtatEnvoi | None = None
) -> Response:
    """Un par événement : son état, ses essais, la dernière réponse."""
    filtre = vues.FiltreEnvois(webhook_id=webhook_id, etat=etat)
    parent = vues.WEBHOOK.de(webhook_id)
    return await appel.lister(vues.ENVOIS, filtre, Liste[EnvoiOut], page=page, sous=parent)


def routes_reglees(conditions: Conditions, coffre: Coffre) -> Routeur:
    """Les routes qui disent à quoi l'on accepte un abonné, ou lui donnent une clé."""
    routeur = Routeur(prefix="/v1/webhooks", tags=["webhooks"])
    _creation(routeur, conditions, coffre)
    _modification(routeur, conditions)
    _rotation(routeur, coffre)
    return routeur


def _creation(routeur: Routeur, conditions: Conditions, coffre: Coffre) -> None:
    @routeur.post(
        "",
        status_code=201,
        responses=SITUE,
        response_model=WebhookCreeOut,
        operation_id="creer_webhook",
        summary="Abonner une adresse; la clé n'est montrée que là (DEM-10)",
    )
    async def abonner(corps: WebhookIn, appel: Abonneur) -> Response:
        """Un abonné d'un organisme ne reçoit que les événements qui portent cet organisme."""
        webhook_id, cle, destination = uuid7(), _cle_neuve(), corps.destination
        webhook = Webhook(
            id=webhook_id,
            organisme=appel.filtre_organisme(corps.organisme),
            url=destination.url,
            types=tuple(corps.types),
            secrets=(coffre.chiffrer(webhook_id, cle),),
            cree_le=appel.horloge(),
        )
        return await appel.ecrire(
            creer_webhook,
            CreerWebhook(webhook=webhook, destination=destination, conditions=conditions),
            partial(_avec_cle, cle),
            statut=201,
            emplacement=lambda cree: f"/v1/webhooks/{cree.id}",
            taire=("secret",),
        )


def _modification(routeur: Routeur, conditions: Conditions) -> None:
    @routeur.patch(
        "/{webhook_id}",
        response_model=WebhookOut,
        operation_id="modifier_webhook",
        summary="Modifier un abonné (DEM-10)",
    )
    async def modifier(webhook_id: UUID, corps: WebhookModifIn, appel: Abonneur) -> Response:
        """Réactiver efface les échecs et la quarantaine."""
        commande = ModifierWebhook(
            webhook_id=webhook_id,
            conditions=conditions,
            destination=corps.destination,
            types=None if corps.types is None else tuple(corps.types),
            actif=corps.actif,
        )
        return await appel.ecrire(modifier_webhook, commande, WebhookOut.model_validate)


def _rotation(routeur: Routeur, coffre: Coffre) -> None:
    @routeur.post(
        "/{webhook_id}/rotation",
        response_model=WebhookCreeOut,
        operation_id="tourner_cle_webhook",
        summary="Donner une clé neuve à un abonné (DEM-10)",
    )
    async def tourner(webhook_id: UUID, appel: Abonneur, corps: RotationIn = _ROTATION) -> Response:
        """Durant la rotation, chaque envoi porte les deux signatures."""
        cle = _cle_neuve()
        commande = TournerSecret(
            webhook_id=webhook_id,
            secret=coffre.chiffrer(webhook_id, cle),
            garder_ancienne=corps.garder_ancienne,
        )
        return await appel.ecrire(
            tourner_secret, commande, partial(_avec_cle, cle), taire=("secret",)
        )


def _avec_cle(cle: str, webhook: Webhook) -> WebhookCreeOut:
    abonne = WebhookOut.model_validate(webhook)
    return WebhookCreeOut(**abonne.model_dump(), secret=cle)


def _cle_neuve() -> str:
    return EN_CLAIR + base64.b64encode(secrets.token_bytes(32)).decode()
