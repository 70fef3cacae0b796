"""Les incidents de confidentialité et les manquements d'un fournisseur (CI-21)."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from courtier.differends.adaptateurs import vues
from courtier.differends.cas_usage.incidents import (
    Apprecier,
    ajouter,
    apprecier,
    aviser,
    fermer,
    inscrire,
)
from courtier.differends.entrees import corps_incidents as s
from courtier.differends.entrees.acces import Client, Partie
from socle.bd.instructions import Ligne
from socle.web import SITUE, Liste, PageDemandee, Routeur, lu, uuid7

routes = Routeur(prefix="/v1", tags=["differends"])


@routes.post(
    "/contrats/{contrat_id}/incidents",
    status_code=201,
    responses=SITUE,
    response_model=s.IncidentOut,
    operation_id="inscrire_incident",
    summary="Inscrire un incident ou un manquement du fournisseur (CI-21)",
)
async def inscrire_un(contrat_id: UUID, corps: s.IncidentIn, appel: Client) -> Response:
    """Touchant un renseignement personnel, il dit les avis que l'organisme juge requis."""
    return await appel.ecrire(
        inscrire,
        corps.commande(uuid7(), contrat_id),
        s.IncidentOut.de,
        statut=201,
        emplacement=lambda incident: f"/v1/incidents/{incident.id}",
    )


@routes.get(
    "/contrats/{contrat_id}/incidents",
    response_model=Liste[s.ResumeIncidentOut],
    operation_id="lister_incidents_contrat",
    summary="Lister les incidents d'un contrat (CI-21)",
)
async def lister_d_un_contrat(contrat_id: UUID, appel: Partie, page: PageDemandee) -> Response:
    """Le plus ancien d'abord."""
    return await appel.lister(
        vues.INCIDENTS,
        vues.FiltreIncidents(contrat_id=contrat_id),
        Liste[s.ResumeIncidentOut],
        page=page,
        sous=vues.CONTRAT.de(contrat_id),
    )


@routes.get(
    "/incidents",
    response_model=Liste[s.ResumeIncidentOut],
    operation_id="lister_incidents",
    summary="Le registre des incidents (CI-21)",
)
async def lister(
    appel: Partie,
    filtre: Annotated[vues.FiltreIncidents, lu(vues.FiltreIncidents)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que les siens; `avis_manquant` : un avis requis n'est pas donné."""
    return await appel.lister(vues.INCIDENTS, filtre, Liste[s.ResumeIncidentOut], page=page)


@routes.get(
    "/incidents/{incident_id}",
    response_model=s.IncidentOut,
    operation_id="lire_incident",
    summary="Lire un incident (CI-21)",
)
async def lire(incident_id: UUID, appel: Partie) -> Response:
    """Celui d'un autre organisme est introuvable (404)."""

    def presenter(ligne: Ligne) -> s.IncidentOut:
        return s.IncidentOut.de(vues.incident_de(ligne))

    return await appel.lire(vues.INCIDENT.de(incident_id), presenter)


@routes.post(
    "/incidents/{incident_id}/appreciation",
    response_model=s.IncidentOut,
    operation_id="apprecier_incident",
    summary="Juger de nouveau des avis requis (CI-21)",
)
async def apprecier_un(incident_id: UUID, corps: s.AvisRequisIn, appel: Client) -> Response:
    """La dernière appréciation vaut; les précédentes demeurent."""
    commande = Apprecier(incident_id=incident_id, avisables=corps.juges())
    return await appel.ecrire(apprecier, commande, s.IncidentOut.de)


@routes.post(
    "/incidents/{incident_id}/avis",
    response_model=s.IncidentOut,
    operation_id="aviser_incident",
    summary="Inscrire un avis donné (CI-21)",
)
async def aviser_un(incident_id: UUID, corps: s.AvisIn, appel: Client) -> Response:
    """À la Commission d'accès à l'information, ou aux personnes; une fois, s'il est requis."""
    return await appel.ecrire(aviser, corps.commande(incident_id), s.IncidentOut.de)


@routes.post(
    "/incidents/{incident_id}/ajouts",
    response_model=s.IncidentOut,
    operation_id="completer_incident",
    summary="Ajouter à un incident ce qu'on a dit ou fait (CI-21)",
)
async def completer(incident_id: UUID, corps: s.AjoutIn, appel: Client) -> Response:
    """On y ajoute, on n'y change rien."""
    return await appel.ecrire(ajouter, corps.commande(incident_id), s.IncidentOut.de)


@routes.post(
    "/incidents/{incident_id}/fermeture",
    response_model=s.IncidentOut,
    operation_id="fermer_incident",
    summary="Fermer un incident (CI-21)",
)
async def fermer_un(incident_id: UUID, corps: s.AjoutIn, appel: Client) -> Response:
    """Jamais tant qu'un avis requis n'est pas donné."""
    return await appel.ecrire(fermer, corps.commande(incident_id), s.IncidentOut.de)
