"""Les évaluations du rendement d'un fournisseur, annuelles et de fin (CI-21)."""

from datetime import date
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from courtier.evaluations.adaptateurs import vues
from courtier.evaluations.cas_usage.annuelles import (
    Relancer,
    demander,
    mener_campagne,
    relancer,
    rendre,
)
from courtier.evaluations.cas_usage.finales import (
    commenter,
    decider,
    dispenser,
    rapporter,
    transmettre,
)
from courtier.evaluations.domaine.etats import EtatEvaluation, NatureEvaluation
from courtier.evaluations.entrees import schemas as s
from courtier.evaluations.entrees.acces import Client, Courtier, Lecteur
from courtier.evaluations.ports import Evaluation, Ports
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne
from socle.execution.deroulement import CasUsage
from socle.web import SITUE, Appel, Liste, PageDemandee, Routeur

C = TypeVar("C")
E = TypeVar("E", bound=Evaluation)
routes = Routeur(prefix="/v1", tags=["evaluations"])


def _jour(appel: Appel[Ports]) -> date:
    return jour_de_quebec(appel.horloge())


async def _poser(appel: Appel[Ports], cas: CasUsage[C, Ports, E], commande: C) -> Response:
    jour = _jour(appel)
    return await appel.ecrire(cas, commande, lambda e: s.EvaluationOut.de(e, jour))


@routes.post(
    "/contrats/{contrat_id}/evaluations",
    status_code=201,
    responses=SITUE,
    response_model=s.EvaluationOut,
    operation_id="demander_evaluation",
    summary="Demander l'évaluation d'une année (CI-21)",
)
async def demander_une(contrat_id: UUID, corps: s.EvaluationIn, appel: Courtier) -> Response:
    """L'organisme la doit à la date de la norme du jour; elle se rappelle."""
    jour = _jour(appel)
    return await appel.ecrire(
        demander,
        corps.commande(contrat_id),
        lambda e: s.EvaluationOut.de(e, jour),
        statut=201,
        emplacement=lambda e: f"/v1/evaluations/{e.id}",
    )


@routes.get(
    "/contrats/{contrat_id}/evaluations",
    response_model=Liste[s.ResumeEvaluationOut],
    operation_id="lister_evaluations_contrat",
    summary="Lister les évaluations d'un contrat (CI-21)",
)
async def lister_d_un_contrat(contrat_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Celle de fin naît avec le contrat d'un organisme assujetti au RCTI."""
    return await appel.lister(
        vues.TOUTES,
        vues.FiltreEvaluations(contrat_id=contrat_id),
        Liste[s.ResumeEvaluationOut],
        page=page,
        sous=vues.CONTRAT.de(contrat_id),
    )


@routes.post(
    "/evaluations/campagnes",
    response_model=s.CampagneOut,
    operation_id="mener_campagne",
    summary="Demander l'évaluation d'une année pour les contrats en cours (CI-21)",
)
async def mener(corps: s.CampagneIn, appel: Courtier) -> Response:
    """Un lot de contrats par appel; `suivant` reprend où il finit. Répétée, rien de plus."""
    return await appel.ecrire(mener_campagne, corps.commande(), s.CampagneOut.model_validate)


@routes.get(
    "/evaluations",
    response_model=Liste[s.ResumeEvaluationOut],
    operation_id="lister_evaluations",
    summary="Lister les évaluations, par état ou retard (CI-21)",
)
async def lister(
    appel: Lecteur,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    contrat_id: UUID | None = None,
    fournisseur_id: UUID | None = None,
    nature: NatureEvaluation | None = None,
    annee: s.Annee | None = None,
    etat: EtatEvaluation | None = None,
    en_retard: Annotated[
        bool, Query(description="Vrai : celles à qui il manque quelque chose, passé sa date.")
    ] = False,
) -> Response:
    """Un organisme ne voit que les siennes; `en_retard` liste ce qui manque."""
    filtre = vues.FiltreEvaluations(
        organisme=organisme,
        contrat_id=contrat_id,
        fournisseur_id=fournisseur_id,
        nature=nature,
        annee=annee,
        etat=etat,
        en_retard=_jour(appel) if en_retard else None,
    )
    return await appel.lister(vues.TOUTES, filtre, Liste[s.ResumeEvaluationOut], page=page)


@routes.get(
    "/evaluations/{evaluation_id}",
    response_model=s.EvaluationOut,
    operation_id="lire_evaluation",
    summary="Lire une évaluation, et ce que le silence en dit (CI-21)",
)
async def lire(evaluation_id: UUID, appel: Lecteur) -> Response:
    """Sans décision passé le délai du dirigeant, le rendement est satisfaisant, par silence."""
    jour = _jour(appel)

    def presenter(ligne: Ligne) -> s.EvaluationOut:
        return s.EvaluationOut.de(vues.evaluation_de(ligne), jour)

    return await appel.lire(vues.UNE.de(evaluation_id), presenter)


@routes.post(
    "/evaluations/{evaluation_id}/relance",
    response_model=s.EvaluationOut,
    operation_id="relancer_evaluation",
    summary="Réclamer de nouveau une évaluation annuelle (CI-21)",
)
async def relancer_une(evaluation_id: UUID, appel: Courtier) -> Response:
    """Chaque relance demeure, avec son auteur."""
    return await _poser(appel, relancer, Relancer(evaluation_id=evaluation_id))


@routes.post(
    "/evaluations/{evaluation_id}/reponse",
    response_model=s.EvaluationOut,
    operation_id="rendre_evaluation",
    summary="Rendre une évaluation annuelle (CI-21)",
)
async def rendre_une(evaluation_id: UUID, corps: s.EvaluationRendueIn, appel: Client) -> Response:
    """Une note par critère de la demande; tardive, elle est reçue."""
    return await _poser(appel, rendre, corps.commande(evaluation_id))


@routes.post(
    "/evaluations/{evaluation_id}/dispense",
    response_model=s.EvaluationOut,
    operation_id="dispenser_evaluation",
    summary="Dire qu'une évaluation de fin n'est pas requise (CI-21)",
)
async def dispenser_une(evaluation_id: UUID, corps: s.DispenseIn, appel: Client) -> Response:
    """Motivé; un rapport fait ensuite est reçu."""
    return await _poser(appel, dispenser, corps.commande(evaluation_id))


@routes.post(
    "/evaluations/{evaluation_id}/rapport",
    response_model=s.EvaluationOut,
    operation_id="rapporter_evaluation",
    summary="Inscrire le rapport de fin, remis au fournisseur (CI-21)",
)
async def rapporter_une(evaluation_id: UUID, corps: s.RapportIn, appel: Client) -> Response:
    """Après la fin du contrat; dû dans les 60 jours, tardif il est reçu."""
    return await _poser(appel, rapporter, corps.commande(evaluation_id))


@routes.post(
    "/evaluations/{evaluation_id}/commentaires",
    response_model=s.EvaluationOut,
    operation_id="commenter_evaluation",
    summary="Inscrire les commentaires du fournisseur (CI-21)",
)
async def commenter_une(evaluation_id: UUID, corps: s.CommentairesIn, appel: Client) -> Response:
    """Le fournisseur n'a pas d'accès. Sans commentaires, une fois son délai échu."""
    return await _poser(appel, commenter, corps.commande(evaluation_id))


@routes.post(
    "/evaluations/{evaluation_id}/decision",
    response_model=s.EvaluationOut,
    operation_id="decider_evaluation",
    summary="Inscrire la décision du dirigeant (CI-21)",
)
async def decider_une(evaluation_id: UUID, corps: s.DecisionIn, appel: Client) -> Response:
    """Par le dirigeant, ou avec sa décision signée; jamais une machine, jamais hors délai."""
    return await _poser(appel, decider, corps.commande(evaluation_id))


@routes.post(
    "/evaluations/{evaluation_id}/transmission",
    response_model=s.EvaluationOut,
    operation_id="transmettre_evaluation",
    summary="Transmettre au Courtier l'évaluation décidée (CI-21)",
)
async def transmettre_une(evaluation_id: UUID, corps: s.TransmissionIn, appel: Client) -> Response:
    """Due dans les 5 jours ouvrables de la signature du dirigeant; tardive, elle est reçue."""
    return await _poser(appel, transmettre, corps.commande(evaluation_id))
