"""Les fiches de service et leurs tarifs, par date (CAT-2, CAT-5)."""

from fastapi import APIRouter
from starlette.responses import Response

from catalogue.adaptateurs import vues
from catalogue.adaptateurs.tables import fiche_versions, fiches
from catalogue.cas_usage.publier_fiche import publier_fiche
from catalogue.entrees.acces import Lecture, Pilotage, jour_lu
from catalogue.entrees.champs import Code, CodeLu, Le
from catalogue.entrees.schemas_fiches import FicheIn, FicheOut, TarifOut, VersionOut
from socle.web import Liste, PageDemandee

routes = APIRouter(prefix="/v1", tags=["fiches"])


@routes.get("/fiches", response_model=Liste[VersionOut], summary="Lister les fiches en vigueur")
async def lister_fiches(appel: Lecture, page: PageDemandee, le: Le = None) -> Response:
    """La version de chaque fiche qui vaut à la date lue, sans son contenu."""
    requete = vues.fiches_au(jour_lu(appel, le))
    cles = (requete.selected_columns.code,)
    return await appel.lister(
        requete, Liste[VersionOut], cles=cles, page=page, presenter=VersionOut.de_ligne
    )


@routes.get("/fiches/{code}", response_model=FicheOut, summary="Lire une fiche à une date")
async def lire_fiche(code: CodeLu, appel: Lecture, le: Le = None) -> Response:
    """La version entière qui vaut à la date lue."""
    jour = jour_lu(appel, le)
    requete = vues.fiches_au(jour)
    requete = requete.where(requete.selected_columns.code == code)
    absente = f"Aucune version de la fiche {code} ne vaut le {jour}."
    return await appel.lire(lambda cx: vues.un(cx, requete, absente, FicheOut.de_ligne))


@routes.get(
    "/fiches/{code}/versions",
    response_model=Liste[VersionOut],
    summary="Lister les versions d'une fiche",
)
async def lister_versions(code: CodeLu, appel: Lecture, page: PageDemandee) -> Response:
    """Toutes les versions, passées, en vigueur, à venir ou remplacées."""
    absente = f"La fiche {code} n'existe pas."
    await appel.lire_brut(lambda cx: vues.exiger(cx, fiches, code, absente))
    requete = vues.versions_de(fiche_versions, code)
    cles = (requete.selected_columns.version,)
    return await appel.lister(
        requete, Liste[VersionOut], cles=cles, page=page, presenter=VersionOut.de_ligne
    )


@routes.post(
    "/fiches/{code}/versions",
    status_code=201,
    response_model=FicheOut,
    summary="Publier une version d'une fiche (CAT-5)",
)
async def publier_version(code: Code, corps: FicheIn, appel: Pilotage) -> Response:
    """La première version crée la fiche; republier un début à venir remplace cette version."""
    return await appel.ecrire(
        publier_fiche,
        corps.commande(code),
        FicheOut.de_fait,
        statut=201,
        emplacement=lambda fait: f"/v1/fiches/{fait.code}?le={fait.debut}",
    )


@routes.get("/tarifs", response_model=Liste[TarifOut], summary="Lister les tarifs en vigueur")
async def lister_tarifs(appel: Lecture, page: PageDemandee, le: Le = None) -> Response:
    """Les tarifs de toutes les fiches à la date lue (CAT-5)."""
    requete = vues.tarifs_au(jour_lu(appel, le))
    cles = (requete.selected_columns.code,)
    return await appel.lister(
        requete, Liste[TarifOut], cles=cles, page=page, presenter=TarifOut.de_ligne
    )
