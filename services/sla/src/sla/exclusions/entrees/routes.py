"""Les routes des exclusions prononcées et des contestations (SLA-8)."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from sla.base import LECTEURS, MCN
from sla.exclusions.adaptateurs import vues
from sla.exclusions.cas_usage import (
    Annuler,
    Retirer,
    Trancher,
    annuler,
    contester,
    prononcer,
    retirer,
    trancher,
)
from sla.exclusions.domaine.contestations import Etat, Objet
from sla.exclusions.entrees import schemas as s
from sla.exclusions.ports import Ports
from socle.web import SITUE, Appel, Liste, PageDemandee, Routeur, acces, uuid7

Mesureur = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Gestionnaire = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire"))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

_VIDE = s.RetraitIn()

routes = Routeur(prefix="/v1", tags=["contestations"])


@routes.post(
    "/exclusions",
    status_code=201,
    responses=SITUE,
    response_model=s.ExclusionPrononceeOut,
    operation_id="exclure_mesure",
    summary="Exclure une mesure du taux ajusté (SLA-8)",
)
async def exclure(corps: s.ExclusionIn, appel: Mesureur) -> Response:
    """Le taux brut n'en change pas. Une mesure qui court encore sera exclue une fois jugée.

    Refusée (409) tant qu'une contestation d'une de ses exclusions ou conditions est ouverte; après
    une contestation acceptée, il y faut un fait nouveau.
    """
    return await appel.ecrire(
        prononcer,
        corps.commande(uuid7()),
        s.ExclusionPrononceeOut.de,
        statut=201,
        emplacement=lambda exclusion: f"/v1/exclusions/{exclusion.id}",
    )


@routes.get(
    "/exclusions/{exclusion_id}",
    response_model=s.ExclusionPrononceeOut,
    operation_id="lire_exclusion",
    summary="Lire une exclusion prononcée, et ce qui l'annule (SLA-8)",
)
async def lire_exclusion(exclusion_id: UUID, appel: Lecture) -> Response:
    """Celle d'un autre organisme est introuvable (404)."""
    lue = vues.EXCLUSION.de(exclusion_id)
    return await appel.lire(lue, s.ExclusionPrononceeOut.model_validate)


@routes.post(
    "/exclusions/{exclusion_id}/annulation",
    response_model=s.ExclusionPrononceeOut,
    operation_id="annuler_exclusion",
    summary="Annuler une exclusion par une contre-écriture (SLA-8)",
)
async def annuler_exclusion(exclusion_id: UUID, corps: s.AnnulationIn, appel: Mesureur) -> Response:
    """La mesure revient au taux ajusté; l'exclusion et son annulation restent listées.

    Contestée, elle ne s'annule (409) qu'en acceptant la contestation.
    """
    commande = Annuler(id=exclusion_id, motif=corps.motif)
    return await appel.ecrire(annuler, commande, s.ExclusionPrononceeOut.de)


@routes.post(
    "/contestations",
    status_code=201,
    responses=SITUE,
    response_model=s.ContestationOut,
    operation_id="contester_mesure",
    summary="Contester une exclusion, une suspension, une indisponibilité (SLA-8)",
)
async def ouvrir(corps: s.ContestationIn, appel: Gestionnaire) -> Response:
    """Rien ne change avant que le MCN en décide."""
    return await appel.ecrire(
        contester,
        corps.commande(uuid7()),
        s.ContestationOut.de,
        statut=201,
        emplacement=lambda contestation: f"/v1/contestations/{contestation.id}",
    )


@routes.get(
    "/contestations",
    response_model=Liste[s.ContestationOut],
    operation_id="lister_contestations_mesures",
    summary="Lister les contestations, par état ou par objet (SLA-8)",
)
async def lister(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: Etat | None = None,
    objet: Objet | None = None,
    sujet: Annotated[
        str | None, Query(pattern=r"^[\w-]{1,60}$", description="Identifiant du sujet.")
    ] = None,
) -> Response:
    """Un organisme ne voit que les siennes; la plus ancienne d'abord."""
    filtre = vues.FiltreContestations(organisme=organisme, etat=etat, objet=objet, sujet_id=sujet)
    return await appel.lister(vues.CONTESTATIONS, filtre, Liste[s.ContestationOut], page=page)


@routes.get(
    "/contestations/{contestation_id}",
    response_model=s.ContestationOut,
    operation_id="lire_contestation_mesure",
    summary="Lire une contestation et sa décision (SLA-8)",
)
async def lire(contestation_id: UUID, appel: Lecture) -> Response:
    """Celle d'un autre organisme est introuvable (404)."""
    lue = vues.CONTESTATION.de(contestation_id)
    return await appel.lire(lue, s.ContestationOut.model_validate)


@routes.post(
    "/contestations/{contestation_id}/decision",
    response_model=s.ContestationOut,
    operation_id="trancher_contestation_mesure",
    summary="Trancher une contestation (SLA-8)",
)
async def decider(contestation_id: UUID, corps: s.DecisionIn, appel: Mesureur) -> Response:
    """Acceptée, elle rejoue la mesure à l'instant; le verdict dit la décision.

    D'une indisponibilité, corrigez-en d'abord ce qui compte (409) : les minutes en changent.

    Qui l'a ouverte, a prononcé l'exclusion, constaté ou corrigé l'indisponibilité, n'en décide pas
    (403).
    """
    acceptee = corps.decision == "acceptee"
    commande = Trancher(id=contestation_id, acceptee=acceptee, motif=corps.motif)
    return await appel.ecrire(trancher, commande, s.ContestationOut.de)


@routes.post(
    "/contestations/{contestation_id}/retrait",
    response_model=s.ContestationOut,
    operation_id="retirer_contestation_mesure",
    summary="Retirer une contestation, avant la décision (SLA-8)",
)
async def retirer_contestation(
    contestation_id: UUID, appel: Gestionnaire, corps: s.RetraitIn = _VIDE
) -> Response:
    """L'objet peut se contester de nouveau."""
    commande = Retirer(id=contestation_id, motif=corps.motif)
    return await appel.ecrire(retirer, commande, s.ContestationOut.de)
