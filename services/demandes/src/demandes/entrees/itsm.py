"""L'ITSM entrant : un événement signé devient un acte, une seule fois (DEM-10)."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from demandes.adaptateurs import vues
from demandes.adaptateurs.tables import actes_itsm
from demandes.cas_usage.noter_intervention import NoterIntervention, noter_intervention
from demandes.cas_usage.ports import Depots
from demandes.cas_usage.recevoir_acte_itsm import RecevoirActeItsm, recevoir_acte_itsm
from demandes.cas_usage.recuperer_actif import RecupererActif, recuperer_actif
from demandes.domaine.itsm import Sort
from demandes.entrees import schemas_itsm as schemas
from demandes.entrees.acces import AppelSigne, Csc, Signe
from demandes.entrees.schemas_itsm import AccuseOut, ActeItsmOut
from socle.bd.consignation import Reclamation, Reponse
from socle.bd.executeur import CasUsage, Demarche
from socle.bd.portee import Portee
from socle.noyau import Acteur, jour_de_quebec
from socle.web import Liste, PageDemandee

C = TypeVar("C")
T = TypeVar("T")

ITSM = Acteur("itsm", roles=frozenset({"itsm"}))
_EXEMPLE = {
    "specversion": "1.0",
    "type": "livraison",
    "time": "2026-09-14T15:00:00Z",
    "data": {
        "demande_id": "0192f0c1-1111-7000-8000-000000000001",
        "article_id": "7d0c8a52-5b0e-5c1e-9b7e-3f2c1a0b9d11",
    },
}
_CORPS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "time", "data"],
                    "properties": {
                        "type": {"enum": list(schemas.TYPES)},
                        "time": {"type": "string", "format": "date-time"},
                        "data": {"type": "object"},
                    },
                },
                "example": _EXEMPLE,
            }
        },
    }
}

routes = APIRouter(prefix="/v1/itsm/evenements", tags=["itsm"])


@routes.post(
    "",
    response_model=AccuseOut,
    responses={202: {"model": AccuseOut, "description": "Garé : son prédécesseur manque."}},
    openapi_extra=_CORPS,
    summary="Recevoir un événement signé de l'ITSM (DEM-10)",
)
async def recevoir(appel: Signe) -> Response:
    """Authentifié par sa seule signature Standard Webhooks; dédoublonné sur `webhook-id`."""
    evenement = _lire(appel.corps)
    match evenement:
        case schemas.Intervention(data=donnees):
            note = NoterIntervention(intervention=donnees.intervention(evenement.time))
            return await _ecrire(appel, noter_intervention, note)
        case schemas.Recuperation(data=donnees):
            fait_le = jour_de_quebec(evenement.time)
            recuperation = RecupererActif(actif_id=donnees.actif_id, fait_le=fait_le)
            return await _ecrire(appel, recuperer_actif, recuperation)
        case _:
            recu = RecevoirActeItsm(acte_itsm=schemas.acte_itsm(appel.identifiant, evenement))
            return await _ecrire(appel, recevoir_acte_itsm, recu, lambda acte: acte.sort)


@routes.get(
    "",
    response_model=Liste[ActeItsmOut],
    summary="Lister les actes reçus de l'ITSM : appliqués, garés, refusés (DEM-10)",
)
async def lister(
    appel: Csc, page: PageDemandee, sort: Sort | None = None, demande_id: UUID | None = None
) -> Response:
    """Garé, un acte attend son prédécesseur; `signale_le` dit qu'il dure."""
    return await appel.lister(
        vues.lister(actes_itsm, sort=sort, demande_id=demande_id),
        Liste[ActeItsmOut],
        cles=(actes_itsm.c.recu_le, actes_itsm.c.id),
        page=page,
    )


def _lire(corps: bytes) -> schemas.SurDemande | schemas.Intervention | schemas.Recuperation:
    try:
        return schemas.EVENEMENT.validate_json(corps)
    except ValidationError as erreur:
        raise RequestValidationError(erreur.errors()) from erreur


async def _ecrire(
    appel: AppelSigne,
    cas: CasUsage[C, Depots, T],
    commande: C,
    sort_de: Callable[[T], Sort] = lambda _: Sort.APPLIQUE,
) -> Response:
    """Exécute le cas une fois par webhook-id; 202 si l'acte est garé."""

    def presenter(valeur: T) -> Reponse:
        sort = sort_de(valeur)
        accuse = AccuseOut(id=appel.identifiant, sort=sort)
        return Reponse(202 if sort is Sort.GARE else 200, accuse.model_dump_json().encode())

    reclamation = Reclamation(
        appelant="*/itsm",
        operation="POST /v1/itsm/evenements",
        cle=appel.identifiant,
        empreinte=sha256(appel.corps).digest(),
        organisme="*",
    )
    demarche = Demarche(ITSM, reclamation, "itsm/evenements")
    reponse = await appel.executeur.ecrire(demarche, Portee.de(ITSM), cas, commande, presenter)
    return Response(reponse.corps, reponse.statut, media_type="application/json")
