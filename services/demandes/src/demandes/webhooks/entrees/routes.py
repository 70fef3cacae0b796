"""Les routes des abonnés à nos événements (DEM-10)."""

import base64
import secrets
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from demandes.webhooks.adaptateurs import vues
from demandes.webhooks.cas_usage import (
    ModifierWebhook,
    RejouerEnvois,
    TournerSecret,
    creer_webhook,
    modifier_webhook,
    rejouer_envois,
    tourner_secret,
)
from demandes.webhooks.domaine import EtatEnvoi, Webhook
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
from demandes.webhooks.ports import Ports
from socle.web import Appel, Liste, PageDemandee, Routeur, acces, lu, uuid7

Abonneur = Annotated[
    Appel[Ports],
    Depends(acces(Ports, "gestionnaire", "admin", "agent-csc", "itsm", "integration")),
]

routes = Routeur(prefix="/v1/webhooks", tags=["webhooks"])
_ROTATION = RotationIn()
_REJEU = RejeuIn()


@routes.get("", response_model=Liste[WebhookOut], summary="Lister les abonnés (DEM-10)")
async def lister(
    appel: Abonneur,
    filtre: Annotated[vues.FiltreWebhooks, lu(vues.FiltreWebhooks)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que les siens."""
    return await appel.lister(vues.WEBHOOKS, filtre, Liste[WebhookOut], page=page)


@routes.post(
    "",
    status_code=201,
    response_model=WebhookCreeOut,
    summary="Abonner une adresse; la clé n'est montrée que là (DEM-10)",
)
async def abonner(corps: WebhookIn, appel: Abonneur) -> Response:
    """Un abonné d'un organisme ne reçoit que les événements qui portent cet organisme."""
    webhook = Webhook(
        id=uuid7(),
        organisme=appel.filtre_organisme(corps.organisme),
        url=str(corps.url),
        types=tuple(corps.types),
        secrets=(_cle_neuve(),),
        cree_le=appel.horloge(),
    )
    return await appel.ecrire(
        creer_webhook,
        webhook,
        _avec_cle,
        statut=201,
        emplacement=lambda cree: f"/v1/webhooks/{cree.id}",
    )


@routes.get("/{webhook_id}", response_model=WebhookOut, summary="Lire un abonné")
async def lire(webhook_id: UUID, appel: Abonneur) -> Response:
    """Sans ses clés."""
    return await appel.lire(vues.WEBHOOK.de(webhook_id), WebhookOut.model_validate)


@routes.patch("/{webhook_id}", response_model=WebhookOut, summary="Modifier un abonné (DEM-10)")
async def modifier(webhook_id: UUID, corps: WebhookModifIn, appel: Abonneur) -> Response:
    """Réactiver efface les échecs et la quarantaine."""
    commande = ModifierWebhook(
        webhook_id=webhook_id,
        url=None if corps.url is None else str(corps.url),
        types=None if corps.types is None else tuple(corps.types),
        actif=corps.actif,
    )
    return await appel.ecrire(modifier_webhook, commande, WebhookOut.model_validate)


@routes.post(
    "/{webhook_id}/rotation",
    response_model=WebhookCreeOut,
    summary="Donner une clé neuve à un abonné (DEM-10)",
)
async def tourner(webhook_id: UUID, appel: Abonneur, corps: RotationIn = _ROTATION) -> Response:
    """Durant la rotation, chaque envoi porte les deux signatures."""
    commande = TournerSecret(
        webhook_id=webhook_id, secret=_cle_neuve(), garder_ancienne=corps.garder_ancienne
    )
    return await appel.ecrire(tourner_secret, commande, _avec_cle)


@routes.post(
    "/{webhook_id}/rejeu",
    response_model=RejeuOut,
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


def _avec_cle(webhook: Webhook) -> WebhookCreeOut:
    abonne = WebhookOut.model_validate(webhook)
    return WebhookCreeOut(**abonne.model_dump(), secret=webhook.secrets[0])


def _cle_neuve() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
