"""Le témoin, et une liste sous un parent : ce que l'on vérifie, puis ce que l'on montre."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from outils.essais.temoin.service import COMPTES, UN_COMPTE, CompteOut, Ports, service
from socle.reglages import Reglages
from socle.service import Aire, Service
from socle.web import Appel, Liste, PageDemandee, Routeur, SansFiltre, acces

Membre = Annotated[Appel[Ports], Depends(acces(Ports, "demandeur"))]
routes = Routeur(prefix="/v1/parents/{code}")


@routes.get("/comptes", response_model=Liste[CompteOut])
async def _sous(code: str, appel: Membre, page: PageDemandee) -> Response:
    parent = UN_COMPTE.de(code, organisme="MTQ")
    return await appel.lister(COMPTES, SansFiltre(), Liste[CompteOut], page=page, sous=parent)


def service_a_sous_liste() -> Service[Reglages]:
    """Le témoin, et `GET /v1/parents/{code}/comptes`."""
    base = service()
    essai: Aire[Reglages] = Aire(nom="essai", routes=lambda _: (routes,))
    return replace(base, aires=(*base.aires, essai))
