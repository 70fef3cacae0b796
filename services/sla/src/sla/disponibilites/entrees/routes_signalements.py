"""Ce que signalent les organismes, ce que disent les sondes (SLA-5)."""

from uuid import UUID

from starlette.responses import Response

from contrats.base import CodeOrganisme
from noyau import Introuvable
from sla.disponibilites.adaptateurs import vues
from sla.disponibilites.cas_usage.alarmes import AlarmeSuivie, recevoir_alarmes
from sla.disponibilites.cas_usage.signalements import (
    Ecarter,
    Retenir,
    ecarter,
    retenir,
    signaler,
)
from sla.disponibilites.domaine.signalements import EtatSignalement, Signalement
from sla.disponibilites.entrees import schemas as s
from sla.disponibilites.entrees.acces import Gestionnaire, Lecture, Mesureur, Service, Sonde
from sla.disponibilites.entrees.alarmes import AlarmesIn
from socle.web import SITUE, Liste, PageDemandee, Routeur, SansFiltre, uuid7

routes = Routeur(prefix="/v1/indisponibilites", tags=["disponibilites"])


@routes.post(
    "/signalements",
    status_code=201,
    responses=SITUE,
    response_model=s.SignalementOut,
    operation_id="signaler_indisponibilite",
    summary="Signaler une indisponibilité, de la part d'un organisme (SLA-5)",
)
async def signaler_une(corps: s.SignalementIn, appel: Gestionnaire) -> Response:
    """Signalée, elle attend que le MCN la constate : d'ici là, rien n'en compte.

    Redite d'ici là, elle se refuse, et le premier signalement est nommé.
    """
    signalement = Signalement(
        id=uuid7(),
        organisme=appel.organisme(None),
        signale_par=appel.acteur.sujet,
        signale_le=appel.horloge(),
        **corps.model_dump(),
    )
    return await appel.ecrire(
        signaler,
        signalement,
        s.SignalementOut.model_validate,
        statut=201,
        emplacement=lambda dit: f"/v1/indisponibilites/signalements/{dit.id}",
    )


@routes.get(
    "/signalements",
    response_model=Liste[s.SignalementOut],
    summary="Lister ce que les organismes signalent (SLA-5)",
)
async def lister_signalements(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: EtatSignalement | None = None,
    service: Service = None,
) -> Response:
    """Le plus récent d'abord; un organisme voit les siens."""
    filtre = vues.FiltreSignalements(organisme=organisme, etat=etat, service=service)
    return await appel.lister(vues.SIGNALEMENTS, filtre, Liste[s.SignalementOut], page=page)


@routes.get(
    "/signalements/{signalement_id}",
    response_model=s.SignalementOut,
    summary="Lire un signalement, et ce qu'il est devenu (SLA-5)",
)
async def lire_signalement(signalement_id: UUID, appel: Lecture) -> Response:
    """Retenu, il nomme l'indisponibilité constatée."""
    return await appel.lire(vues.SIGNALEMENT.de(signalement_id), s.SignalementOut.model_validate)


@routes.post(
    "/signalements/{signalement_id}/retenue",
    response_model=s.SignalementOut,
    operation_id="retenir_signalement",
    summary="Constater ce qu'un organisme a signalé (SLA-5)",
)
async def admettre(signalement_id: UUID, corps: s.RetenueIn, appel: Mesureur) -> Response:
    """Le constat est chez lui seul; plus large, il se constate d'abord, et se nomme ici."""
    commande = Retenir(
        id=signalement_id,
        neuve=uuid7(),
        motif=corps.motif,
        nature=corps.nature,
        debut=corps.debut,
        fin=corps.fin,
        deja=corps.indisponibilite_id,
    )
    return await appel.ecrire(retenir, commande, s.SignalementOut.model_validate)


@routes.post(
    "/signalements/{signalement_id}/ecartement",
    response_model=s.SignalementOut,
    operation_id="ecarter_signalement",
    summary="Écarter un signalement, motif à l'appui (SLA-5)",
)
async def refuser(signalement_id: UUID, corps: s.MotifIn, appel: Mesureur) -> Response:
    """Rien n'en compte; l'organisme lit pourquoi."""
    commande = Ecarter(id=signalement_id, motif=corps.motif)
    return await appel.ecrire(ecarter, commande, s.SignalementOut.model_validate)


@routes.post(
    "/alarmes",
    response_model=s.AlarmesOut,
    operation_id="recevoir_alarmes",
    summary="Recevoir un groupe d'alarmes d'Alertmanager (SLA-5)",
)
async def recevoir(corps: AlarmesIn, appel: Sonde) -> Response:
    """Qui sonne ouvre, qui se tait ferme; répétée, une alarme ne change rien.

    Illisible, trop ancienne ou d'un service inconnu, elle est gardée avec sa raison et n'arrête
    pas les autres.
    """
    if not appel.acteur.est_mcn:
        raise Introuvable("Les alarmes sont celles du MCN.")

    def rendre(suivies: list[AlarmeSuivie]) -> s.AlarmesOut:
        return s.AlarmesOut(alarmes=list(map(s.AlarmeSuivieOut.model_validate, suivies)))

    return await appel.ecrire(recevoir_alarmes, corps.recues, rendre)


@routes.get(
    "/alarmes",
    response_model=Liste[s.AlarmeEcarteeOut],
    operation_id="lister_alarmes_ecartees",
    summary="Lister les alarmes dont rien n'a pu être fait (SLA-5)",
)
async def lister_ecartees(appel: Mesureur, page: PageDemandee) -> Response:
    """Chacune avec sa raison, et combien de fois elle est venue."""
    return await appel.lister(
        vues.ALARMES_ECARTEES, SansFiltre(), Liste[s.AlarmeEcarteeOut], page=page
    )
