"""Les routes du parc (DEM-7) et du soutien étendu (DEM-5)."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from contrats.base import CodeOrganisme
from demandes.adaptateurs import vues
from demandes.adaptateurs.tables import abonnements_soutien, actifs, interventions
from demandes.cas_usage.noter_intervention import NoterIntervention, noter_intervention
from demandes.cas_usage.recuperer_actif import RecupererActif, recuperer_actif
from demandes.cas_usage.resilier_soutien import ResilierSoutien, resilier_soutien
from demandes.cas_usage.signaler_perte import SignalerPerte, signaler_perte
from demandes.domaine.actif import EtatActif
from demandes.entrees.acces import Csc, Declarant, Lecture, Registraire, organisme_filtre
from demandes.entrees.schemas_parc import (
    AbonnementOut,
    ActifOut,
    InterventionIn,
    InterventionOut,
    PerteIn,
    RecuperationIn,
    ResiliationIn,
)
from socle.web import Liste, PageDemandee

routes = APIRouter(prefix="/v1", tags=["parc"])
_AUJOURDHUI = RecuperationIn()
_SANS_DATE = ResiliationIn()


@routes.get("/actifs", response_model=Liste[ActifOut], summary="Lister le parc (DEM-7)")
async def lister_actifs(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: EtatActif | None = None,
    demande_id: UUID | None = None,
) -> Response:
    """Un organisme ne voit que le sien."""
    requete = vues.lister(
        actifs,
        organisme=organisme_filtre(appel.acteur, organisme),
        etat=etat,
        demande_id=demande_id,
    )
    return await appel.lister(requete, Liste[ActifOut], cles=(actifs.c.id,), page=page)


@routes.get("/actifs/{actif_id}", response_model=ActifOut, summary="Lire un actif")
async def lire_actif(actif_id: UUID, appel: Lecture) -> Response:
    """L'actif d'un autre organisme est introuvable (404)."""
    return await appel.lire(vues.une(actifs, ActifOut.model_validate, "Actif", id=actif_id))


@routes.post(
    "/actifs/{actif_id}/recuperation",
    response_model=ActifOut,
    summary="Récupérer un actif (DEM-7, FAC-1)",
)
async def recuperer(actif_id: UUID, appel: Csc, corps: RecuperationIn = _AUJOURDHUI) -> Response:
    """Son abonnement finit ce jour-là, exclu; jamais avant la livraison, ni dans le futur."""
    commande = RecupererActif(actif_id=actif_id, fait_le=corps.fait_le)
    return await appel.ecrire(recuperer_actif, commande, ActifOut.model_validate)


@routes.post(
    "/actifs/{actif_id}/perte",
    response_model=ActifOut,
    summary="Signaler la perte d'un actif (DEM-7, FAC-2)",
)
async def perdre(actif_id: UUID, corps: PerteIn, appel: Declarant) -> Response:
    """Perte, sinistre, vol ou vandalisme, à signaler dès que possible."""
    commande = SignalerPerte(actif_id=actif_id, nature=corps.nature, fait_le=corps.fait_le)
    return await appel.ecrire(signaler_perte, commande, ActifOut.model_validate)


@routes.get(
    "/abonnements-soutien",
    response_model=Liste[AbonnementOut],
    summary="Lister les abonnements au soutien étendu (DEM-5)",
)
async def lister_abonnements(
    appel: Lecture, page: PageDemandee, organisme: CodeOrganisme | None = None
) -> Response:
    """Une demande de soutien étendu complétée en ouvre un."""
    requete = vues.lister(abonnements_soutien, organisme=organisme_filtre(appel.acteur, organisme))
    return await appel.lister(
        requete,
        Liste[AbonnementOut],
        cles=(abonnements_soutien.c.id,),
        page=page,
    )


@routes.post(
    "/abonnements-soutien/{abonnement_id}/resiliation",
    response_model=AbonnementOut,
    summary="Résilier un abonnement au soutien étendu (DEM-5)",
)
async def resilier(
    abonnement_id: UUID, appel: Registraire, corps: ResiliationIn = _SANS_DATE
) -> Response:
    """La fin est exclue, aujourd'hui ou plus tard."""
    commande = ResilierSoutien(abonnement_id=abonnement_id, fin=corps.fin)
    return await appel.ecrire(resilier_soutien, commande, AbonnementOut.model_validate)


@routes.get(
    "/interventions",
    response_model=Liste[InterventionOut],
    summary="Lister les interventions de soutien étendu (DEM-5)",
)
async def lister_interventions(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    incident_id: UUID | None = None,
) -> Response:
    """Celles d'un incident s'additionnent à sa clôture."""
    requete = vues.lister(
        interventions,
        organisme=organisme_filtre(appel.acteur, organisme),
        incident_id=incident_id,
    )
    return await appel.lister(
        requete,
        Liste[InterventionOut],
        cles=(interventions.c.organisme, interventions.c.id),
        page=page,
    )


@routes.post(
    "/interventions",
    status_code=201,
    response_model=InterventionOut,
    summary="Noter une intervention de soutien étendu (DEM-5, FAC-4)",
)
async def intervenir(corps: InterventionIn, appel: Csc) -> Response:
    """Refusée si l'organisme n'est pas abonné ce jour-là; répétée, elle n'a pas d'autre effet."""
    commande = NoterIntervention(intervention=corps.intervention(corps.debut))
    return await appel.ecrire(
        noter_intervention, commande, InterventionOut.model_validate, statut=201
    )
