"""Les services et leurs indisponibilités : les lire, les constater, les corriger (SLA-5)."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from noyau import MOTIF_CODE
from sla.disponibilites.adaptateurs import vues
from sla.disponibilites.cas_usage.constats import (
    Annuler,
    Constater,
    Corriger,
    annuler_indisponibilite,
    constater_indisponibilite,
    constater_lot,
    corriger_indisponibilite,
)
from sla.disponibilites.cas_usage.services import (
    ModifierService,
    declarer_service,
    modifier_service,
)
from sla.disponibilites.domaine.indisponibilites import Nature
from sla.disponibilites.entrees import schemas as s
from sla.disponibilites.entrees.acces import Lecture, Mesureur, Service
from sla.disponibilites.entrees.lots import LotIn
from sla.disponibilites.ports import Ports
from socle.web import SITUE, Appel, Liste, PageDemandee, Routeur, SansFiltre, uuid7

routes = Routeur(prefix="/v1", tags=["disponibilites"])
CodeDuService = Annotated[str, Path(pattern=MOTIF_CODE, examples=["intranet"])]


@routes.get("/services", response_model=Liste[s.ServiceOut], summary="Lister les services mesurés")
async def lister_services(appel: Lecture, page: PageDemandee) -> Response:
    """Ceux dont on sait compter la disponibilité, par code (SLA-5)."""
    return await appel.lister(vues.SERVICES, SansFiltre(), Liste[s.ServiceOut], page=page)


@routes.get("/services/{code}", response_model=s.ServiceOut, summary="Lire un service mesuré")
async def lire_service(code: CodeDuService, appel: Lecture) -> Response:
    """Il compte de sa naissance à son retrait (SLA-5)."""
    return await appel.lire(vues.SERVICE.de(code), s.ServiceOut.model_validate)


@routes.post(
    "/services",
    status_code=201,
    responses=SITUE,
    response_model=s.ServiceOut,
    operation_id="declarer_service",
    summary="Déclarer un service à mesurer (SLA-5)",
)
async def declarer(corps: s.ServiceIn, appel: Mesureur) -> Response:
    """Une fiche qui le nomme le mesure depuis sa naissance; les mois touchés se recomptent."""
    return await appel.ecrire(
        declarer_service,
        corps.service,
        s.ServiceOut.model_validate,
        statut=201,
        emplacement=lambda service: f"/v1/services/{service.code}",
    )


@routes.put(
    "/services/{code}",
    response_model=s.ServiceOut,
    operation_id="modifier_service",
    summary="Changer les dates d'un service, ou le retirer (SLA-5)",
)
async def modifier(code: CodeDuService, corps: s.ChangementServiceIn, appel: Mesureur) -> Response:
    """Un acte de plus; les mois touchés se recomptent, ceux qui sont fermés se corrigent.

    Ce qui ôterait une panne constatée du temps de service se refuse : elle se corrige d'abord.
    """
    commande = ModifierService(code=code, **corps.model_dump())
    return await appel.ecrire(modifier_service, commande, s.ServiceOut.model_validate)


@routes.get(
    "/services/{code}/actes",
    response_model=Liste[s.ActeServiceOut],
    operation_id="lister_actes_service",
    summary="Lire tout ce qui a changé d'un service (SLA-5)",
)
async def lister_actes_du_service(
    code: CodeDuService, appel: Mesureur, page: PageDemandee
) -> Response:
    """Ses dates et son libellé, avant et après : qui, quand, pourquoi."""
    return await appel.lister(
        vues.ACTES_DE_SERVICE,
        vues.FiltreActesDeService(service=code),
        Liste[s.ActeServiceOut],
        page=page,
        sous=vues.SERVICE.de(code),
    )


@routes.get(
    "/indisponibilites",
    response_model=Liste[s.IndisponibiliteOut],
    summary="Lister les indisponibilités (SLA-5)",
)
async def lister_indisponibilites(
    appel: Lecture,
    page: PageDemandee,
    service: Service = None,
    nature: Nature | None = None,
    organisme: CodeOrganisme | None = None,
    annulee: bool | None = None,
    ouverte: Annotated[bool | None, Query(description="Sans fin encore.")] = None,
) -> Response:
    """La plus récente d'abord; un organisme voit celles qui l'atteignent, ou l'ont atteint."""
    filtre = vues.FiltreIndisponibilites(
        service=service, nature=nature, organisme=organisme, annulee=annulee, ouverte=ouverte
    )
    forme = Liste[s.IndisponibiliteOut]
    return await appel.lister(
        vues.INDISPONIBILITES, filtre, forme, page=page, presenter=_etat(appel)
    )


@routes.post(
    "/indisponibilites",
    status_code=201,
    responses=SITUE,
    response_model=s.IndisponibiliteOut,
    operation_id="constater_indisponibilite",
    summary="Constater une indisponibilité (SLA-5)",
)
async def constater(corps: s.ConstatIn, appel: Mesureur) -> Response:
    """Deux qui se chevauchent se fondent : leurs minutes communes ne comptent qu'une fois."""
    return await appel.ecrire(
        constater_indisponibilite,
        Constater(id=uuid7(), constat=corps.constat, motif=corps.motif),
        _etat(appel),
        statut=201,
        emplacement=lambda i: f"/v1/indisponibilites/{i.id}",
    )


@routes.post(
    "/indisponibilites/lots",
    response_model=s.LotOut,
    operation_id="constater_lot_indisponibilites",
    summary="Constater un lot d'indisponibilités, en JSON ou en CSV (SLA-5)",
)
async def constater_un_lot(corps: LotIn, appel: Mesureur) -> Response:
    """Chaque ligne a son sort : refusée, elle n'arrête pas les autres. Se reprend sans doubler."""
    voulus = [Constater(id=uuid7(), constat=x.constat, motif=x.motif) for x in corps.lignes]
    return await appel.ecrire(constater_lot, voulus, s.LotOut.de)


@routes.get(
    "/indisponibilites/{indisponibilite_id}",
    response_model=s.IndisponibiliteOut,
    summary="Lire une indisponibilité (SLA-5)",
)
async def lire_indisponibilite(indisponibilite_id: UUID, appel: Lecture) -> Response:
    """Telle que ses actes la laissent; un organisme lit celles dont il a été un jour."""
    return await appel.lire(vues.INDISPONIBILITE.de(indisponibilite_id), _etat(appel))


@routes.get(
    "/indisponibilites/{indisponibilite_id}/actes",
    response_model=Liste[s.ActeOut],
    operation_id="lister_actes_indisponibilite",
    summary="Lire tout ce qui s'est dit d'une indisponibilité (SLA-5)",
)
async def lister_actes(indisponibilite_id: UUID, appel: Lecture, page: PageDemandee) -> Response:
    """Le constat, puis ce qui le corrige ou l'annule : qui, quand, pourquoi."""
    return await appel.lister(
        vues.ACTES,
        vues.FiltreActes(id=indisponibilite_id),
        Liste[s.ActeOut],
        page=page,
        presenter=s.montrer(s.ActeOut, appel.acteur.organisme),
        sous=vues.INDISPONIBILITE.de(indisponibilite_id),
    )


@routes.post(
    "/indisponibilites/{indisponibilite_id}/correction",
    response_model=s.IndisponibiliteOut,
    operation_id="corriger_indisponibilite",
    summary="Corriger une indisponibilité, motif à l'appui (SLA-5)",
)
async def corriger(indisponibilite_id: UUID, corps: s.CorrectionIn, appel: Mesureur) -> Response:
    """Un acte de plus : ce qui fut dit demeure. La fin qu'une alarme n'a pas dite se dit ainsi.

    Ce qu'une contestation acceptée a obtenu ne change que sur un fait nouveau (SLA-8).
    """
    commande = Corriger(
        id=indisponibilite_id,
        constat=corps.constat,
        motif=corps.motif,
        fait_nouveau=corps.fait_nouveau,
    )
    return await appel.ecrire(corriger_indisponibilite, commande, _etat(appel))


@routes.post(
    "/indisponibilites/{indisponibilite_id}/annulation",
    response_model=s.IndisponibiliteOut,
    operation_id="annuler_indisponibilite",
    summary="Annuler une indisponibilité qui n'a pas eu lieu (SLA-5)",
)
async def annuler(
    indisponibilite_id: UUID, corps: s.AnnulationIndisponibiliteIn, appel: Mesureur
) -> Response:
    """Elle demeure, avec le motif, et ne compte plus.

    Ce qu'une contestation acceptée a obtenu ne change que sur un fait nouveau (SLA-8).
    """
    commande = Annuler(id=indisponibilite_id, **corps.model_dump())
    return await appel.ecrire(annuler_indisponibilite, commande, _etat(appel))


def _etat(appel: Appel[Ports]) -> Callable[[Any], s.IndisponibiliteOut]:
    return s.montrer(s.IndisponibiliteOut, appel.acteur.organisme)
