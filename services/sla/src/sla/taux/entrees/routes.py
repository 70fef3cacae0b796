"""Les taux, les périodes fermées et leurs corrections (SLA-4, SLA-7)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from starlette.responses import Response, StreamingResponse

from contrats.base import CodeOrganisme
from noyau import Mois
from pages.tableur import diffuser
from sla.fiches.entrees.schemas import Indicateur, Periode
from sla.taux.adaptateurs import vues
from sla.taux.cas_usage import FermerPeriode, fermer_periode
from sla.taux.entrees import lecture, tableur
from sla.taux.entrees.acces import Decide, Exercice, Lecture, PeriodeNommee, lire_mois
from sla.taux.entrees.schemas import (
    Cause,
    CorrectionOut,
    FermetureIn,
    FermetureOut,
    TauxOut,
)
from socle.web import LOCATION, SITUE, Liste, PageDemandee, Routeur, format_prefere

JSON, CSV = "application/json", "text/csv"
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}

routes = Routeur(prefix="/v1", tags=["indicateurs"])


@routes.get(
    "/taux",
    response_model=Liste[TauxOut],
    responses=_CSV,
    summary="Lire les taux, brut et ajusté",
)
async def lister_taux(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    periode: Periode = None,
    organisme: CodeOrganisme | None = None,
    exercice: Exercice = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Par mois, ou d'un bloc pour un exercice; le MCN a aussi la ligne de tous les organismes.

    Du premier mois mesuré à celui qui court, chaque indicateur attendu a sa ligne, même sans
    mesure : de l'organisme nommé, sinon de tous ensemble. D'un mois fermé, ce qui fut publié.
    En CSV (`Accept: text/csv`), tous, sans pages.
    """
    mois = lire_mois(periode, exercice)
    demande = lecture.Demande(
        indicateur=indicateur,
        organisme=appel.filtre_organisme(organisme),
        periode=periode,
        exercice=exercice if mois is None else mois.exercice,
    )
    lus = await lecture.preparer(appel, demande)
    vue = vues.taux(lus.filtre)
    if format_prefere(accept, (JSON, CSV)) == CSV:
        lots = tableur.lots(appel.tout_lister(vue, lus.filtre), lus.presenter)
        return StreamingResponse(
            diffuser(tableur.COLONNES, lots), headers=tableur.EN_TETES, media_type=CSV
        )
    reponse = await appel.lister(
        vue, lus.filtre, Liste[TauxOut], page=page, presenter=lus.presenter
    )
    reponse.headers["Vary"] = "Accept"
    return reponse


@routes.post(
    "/periodes/{periode}/fermeture",
    status_code=201,
    response_model=FermetureOut,
    responses={
        200: {"model": FermetureOut, "description": "Elle l'était déjà.", "headers": LOCATION},
        **SITUE,
    },
    operation_id="fermer_periode",
    summary="Fermer une période : ses taux ne changent plus (SLA-7)",
)
async def fermer(periode: PeriodeNommee, corps: FermetureIn, appel: Decide) -> Response:
    """Refusée (409) tant que ce qui fait ses taux peut encore venir; déjà fermée, rendue telle.

    Ce qui la retient : le mois court, un mois d'avant reste ouvert, des sujets attendent d'être
    rejoués, un producteur n'a pas tout dit. De ce dernier cas seul, un motif dispense.
    """
    commande = FermerPeriode(periode=Mois.lire(periode), motif=corps.motif)
    return await appel.ecrire(
        fermer_periode,
        commande,
        lambda fermee: lecture.presenter_fermeture(fermee.fermeture),
        statut=lambda fermee: 201 if fermee.neuve else 200,
        emplacement=lambda fermee: f"/v1/periodes/{fermee.fermeture.periode}/fermeture",
    )


@routes.get(
    "/periodes/{periode}/fermeture",
    response_model=FermetureOut,
    summary="Lire la fermeture d'une période",
)
async def lire_fermeture(periode: PeriodeNommee, appel: Lecture) -> Response:
    """404 tant que la période n'est pas fermée."""
    return await appel.lire(vues.FERMETURE.de(periode), FermetureOut.model_validate)


@routes.get("/periodes", response_model=Liste[FermetureOut], summary="Lister les périodes fermées")
async def lister_periodes(
    appel: Lecture, page: PageDemandee, exercice: Exercice = None
) -> Response:
    """De la plus ancienne à la plus récente (SLA-7)."""
    filtre = vues.FiltreFermetures(exercice=exercice)
    return await appel.lister(
        vues.FERMETURES,
        filtre,
        Liste[FermetureOut],
        page=page,
        presenter=FermetureOut.model_validate,
    )


@routes.get(
    "/corrections",
    response_model=Liste[CorrectionOut],
    summary="Lister ce qui a changé des périodes fermées (SLA-7)",
)
async def lister_corrections(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    periode: Periode = None,
    organisme: CodeOrganisme | None = None,
    exercice: Exercice = None,
    cause: Annotated[Cause | None, Query(description="Ce qui l'a voulue.")] = None,
    mesure: Annotated[UUID | None, Query(description="Identifiant d'une mesure.")] = None,
) -> Response:
    """Chaque jugement changé après la fermeture : l'ancien, le nouveau, la cause, quand."""
    lire_mois(periode, exercice)
    filtre = vues.FiltreCorrections(
        indicateur=indicateur,
        organisme=organisme,
        periode=periode,
        exercice=exercice,
        cause=cause,
        mesure=mesure,
    )
    return await appel.lister(
        vues.CORRECTIONS,
        filtre,
        Liste[CorrectionOut],
        page=page,
        presenter=CorrectionOut.de,
    )
