"""Les rapports mensuels (SLA-9)."""

import asyncio
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Header, Path
from starlette.responses import Response

from contrats.base import CodeOrganisme
from noyau import Mois
from pages import politique
from sla.base import LECTEURS
from sla.rapports.adaptateurs.conversion import empreinte
from sla.rapports.adaptateurs.rendus import page_rapport, papier_rapport
from sla.rapports.cas_usage import etablir, exiger_connu
from sla.rapports.domaine.rapport import Rapport
from sla.rapports.ports import Ports
from socle import champs
from socle.web import Appel, Routeur, acces, format_prefere

HTML, PDF = "text/html", "application/pdf"
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

PeriodeNommee = Annotated[champs.Periode, Path(description="Un mois civil, « aaaa-mm ».")]

routes = Routeur(prefix="/v1", tags=["rapports"])

_FORMES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            HTML: {"schema": {"type": "string"}},
            PDF: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


@routes.get(
    "/rapports/{periode}",
    response_class=Response,
    responses=_FORMES,
    summary="Lire le rapport d'un mois, en page ou sur papier (SLA-9)",
)
async def lire_rapport(
    periode: PeriodeNommee,
    appel: Lecture,
    organisme: CodeOrganisme | None = None,
    accept: Annotated[str, Header(include_in_schema=False)] = HTML,
) -> Response:
    """En page (`Accept: text/html`), ou en PDF accessible (`Accept: application/pdf`).

    Un organisme lit le sien; sans organisme, le MCN lit celui de tous. D'un mois pas encore fermé
    (SLA-7), le rapport se dit provisoire; d'un mois qui n'est pas fini, il est refusé (409).
    """
    forme = format_prefere(accept, (HTML, PDF))
    mois, de = Mois.lire(periode), appel.filtre_organisme(organisme)
    rapport = await appel.consulter(partial(_etablir, appel, mois, de))
    return await asyncio.to_thread(_rendre, rapport, forme)


async def _etablir(appel: Appel[Ports], mois: Mois, organisme: str | None, ports: Ports) -> Rapport:
    if organisme is not None and appel.acteur.est_mcn:
        await exiger_connu(organisme, ports)
    return await etablir(mois, organisme, ports, le=appel.horloge())


def _rendre(rapport: Rapport, forme: str) -> Response:
    sceau, varie = empreinte(rapport), {"Vary": "Accept"}
    if forme == PDF:
        nom = f"rapport-{rapport.periode}{f'-{rapport.organisme}' if rapport.organisme else ''}.pdf"
        en_tetes = {**varie, "Content-Disposition": f'inline; filename="{nom}"'}
        return Response(papier_rapport.rendre(rapport, sceau), headers=en_tetes, media_type=PDF)
    en_tetes = {**varie, "Content-Security-Policy": politique()}
    return Response(page_rapport.rendre(rapport, sceau), headers=en_tetes, media_type=HTML)
