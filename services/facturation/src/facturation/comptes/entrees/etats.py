"""Les routes des états de compte."""

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Header, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import DATEE, LECTEURS
from facturation.comptes.adaptateurs import vues
from facturation.comptes.adaptateurs.rendus import pages as rendus
from facturation.comptes.domaine.etats import Horizon
from facturation.comptes.entrees import schemas as s
from facturation.comptes.entrees import tableurs
from facturation.comptes.entrees.routes import Au, SuLe, horizon_de
from facturation.comptes.ports import Ports
from noyau import exercice_de
from pages import politique
from socle.champs import Exercice
from socle.web import Appel, Liste, PageDemandee, Probleme, Routeur, acces, format_prefere

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
DExercice = Annotated[
    Exercice | None, Query(description="Un exercice entier : ouverture, lignes, fermeture.")
]

routes = Routeur(prefix="/v1", tags=["facturation"])

JSON, CSV, HTML = "application/json", "text/csv", "text/html"
_TEXTE = {"schema": {"type": "string"}}
_FORMES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "En JSON, en CSV ou en page (Accept).",
        "content": {CSV: _TEXTE, HTML: _TEXTE},
    }
}


@routes.get(
    "/etats-de-compte",
    response_model=Liste[s.EtatDeCompteOut],
    responses=DATEE,
    operation_id="lister_etats_de_compte",
    summary="Lister les états de compte (FAC-17)",
)
async def lister_etats(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    le: Au = None,
    su_le: SuLe = None,
) -> Response:
    """Un par organisme, à la fin d'un jour; un organisme ne voit que le sien."""
    filtre = vues.FiltreEtats(horizon=horizon_de(appel, le, su_le), organisme=organisme)
    return await appel.lister(
        vues.ETATS, filtre, Liste[s.EtatDeCompteOut], page=page, presenter=s.EtatDeCompteOut.de
    )


@routes.get(
    "/etats-de-compte/{organisme}",
    response_model=s.EtatDeCompteOut | s.AnneeOut,
    responses={**_FORMES, **DATEE},
    operation_id="lire_etat_de_compte",
    summary="Lire l'état de compte d'un organisme (FAC-17)",
)
async def lire_etat(
    organisme: CodeOrganisme,
    appel: Lecture,
    le: Au = None,
    exercice: DExercice = None,
    su_le: SuLe = None,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """À la fin d'un jour, par âge; ou d'un exercice, dont la fermeture ouvre le suivant.

    Un règlement peut se consigner après sa date : « su_le » redit ce qui se savait alors.
    """
    voulu, code = format_prefere(accept, (JSON, CSV, HTML)), appel.organisme(organisme)
    horizon = horizon_de(appel, le, su_le)
    if exercice is None:
        corps = await _etat(appel, code, voulu, horizon)
    elif le is None:
        corps = await _annee(appel, code, voulu, exercice, horizon.su_le)
    else:
        raise Probleme(422, "Un état de compte se lit d'un jour ou d'un exercice, non des deux.")
    en_tetes = {"Vary": "Accept"}
    if voulu == HTML:
        en_tetes["Content-Security-Policy"] = politique()
    if voulu == CSV:
        en_tetes["Content-Disposition"] = f'attachment; filename="compte-{code}.csv"'
    return Response(corps, headers=en_tetes, media_type=voulu)


async def _etat(appel: Lecture, organisme: str, voulu: str, horizon: Horizon) -> str | bytes:
    etat = await appel.lire_brut(vues.etat_de_compte(organisme, horizon))
    if voulu == JSON:
        return s.EtatDeCompteOut.de(etat).model_dump_json()
    credits_ouverts = await appel.lire_brut(vues.credits_de(organisme, horizon))
    if voulu == CSV:
        return tableurs.ouverts(etat, credits_ouverts)
    nom = (await appel.lire_brut(vues.CLIENT.de(organisme))).nom
    return rendus.etat(etat, nom, credits_ouverts)


async def _annee(
    appel: Lecture, organisme: str, voulu: str, exercice: str, su_le: date
) -> str | bytes:
    annee = await appel.lire_brut(vues.annee(organisme, exercice, su_le))
    if voulu == JSON:
        return s.AnneeOut.de(annee).model_dump_json()
    if voulu == CSV:
        return tableurs.mouvements(annee)
    return rendus.annee(annee, (await appel.lire_brut(vues.CLIENT.de(organisme))).nom)


@routes.get(
    "/etats-de-compte/{organisme}/documents",
    response_model=Liste[s.SoldeOut],
    responses=DATEE,
    operation_id="lister_documents_ouverts",
    summary="Lister les documents dont il reste quelque chose (FAC-17)",
)
async def lister_ouverts(
    organisme: CodeOrganisme,
    appel: Lecture,
    page: PageDemandee,
    le: Au = None,
    su_le: SuLe = None,
) -> Response:
    """Par échéance; ceux à payer, et ceux dont le crédit reste à prendre."""
    horizon = horizon_de(appel, le, su_le)
    vise = vues.FiltreEtats(horizon=horizon, organisme=appel.organisme(organisme))
    presenter = partial(s.SoldeOut.de, horizon=horizon)
    return await appel.lister(vues.OUVERTS, vise, Liste[s.SoldeOut], page=page, presenter=presenter)


@routes.get(
    "/etats-de-compte/{organisme}/mouvements",
    response_model=Liste[s.MouvementOut],
    responses=DATEE,
    operation_id="lister_mouvements_du_compte",
    summary="Lister les lignes du compte d'un exercice (FAC-17)",
)
async def lister_mouvements(
    organisme: CodeOrganisme,
    appel: Lecture,
    page: PageDemandee,
    exercice: DExercice = None,
    su_le: SuLe = None,
) -> Response:
    """Documents, règlements et contre-écritures, par date, chacun avec le solde qui le suit."""
    su = horizon_de(appel, None, su_le).su_le
    vise = vues.FiltreMouvements(
        organisme=appel.organisme(organisme),
        exercice=exercice or exercice_de(su),
        su_le=su,
    )
    presenter = partial(s.MouvementOut.de, su_le=su)
    return await appel.lister(
        vues.MOUVEMENTS, vise, Liste[s.MouvementOut], page=page, presenter=presenter
    )


@routes.get(
    "/documents-en-retard",
    response_model=Liste[s.RetardOut],
    operation_id="lister_documents_en_retard",
    summary="Lister les documents en retard, de toute période (FAC-17)",
)
async def lister_retards(
    appel: Lecture, page: PageDemandee, organisme: CodeOrganisme | None = None
) -> Response:
    """L'échéance la plus ancienne d'abord; contesté en entier, un document n'y est pas."""
    horizon = horizon_de(appel, None, None)
    presenter = partial(s.RetardOut.du, horizon=horizon)
    filtre = vues.FiltreRetards(le=horizon.le, organisme=organisme)
    return await appel.lister(
        vues.RETARDS, filtre, Liste[s.RetardOut], page=page, presenter=presenter
    )
