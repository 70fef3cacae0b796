"""Les routes des fiches : tout jeton lit; le pilote du catalogue et l'administrateur publient."""

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import JSONResponse, Response

from catalogue.base import Code, CodeLu, Le, jour_lu
from catalogue.fiches.adaptateurs import vues
from catalogue.fiches.cas_usage import (
    EssayerPublication,
    PublierFiche,
    RetirerVersion,
    essayer_publication,
    publier_fiche,
    retirer_version,
)
from catalogue.fiches.entrees import schemas as s
from catalogue.fiches.ports import Ports
from noyau import jour_de_quebec
from socle.web import (
    LOCATION,
    SITUE,
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    acces,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports))]
Pilotage = Annotated[Appel[Ports], Depends(acces(Ports, "catalogue", "admin"))]
Numero = Annotated[int, Path(description="Le numéro de la version.", examples=[9_999])]

routes = Routeur(prefix="/v1", tags=["fiches"])

_ESSAI: dict[int | str, dict[str, Any]] = {
    200: {
        "model": s.EssaiOut | s.FicheOut,
        "description": "Un essai, ou une version inchangée : rien n'est écrit.",
        "headers": LOCATION,
    }
}


@routes.get(
    "/fiches", response_model=Liste[s.VersionFicheOut], summary="Lister les fiches en vigueur"
)
async def lister_fiches(appel: Lecture, page: PageDemandee, le: Le = None) -> Response:
    """La version de chaque fiche qui vaut à la date lue, sans son contenu."""
    filtre = vues.FiltreJour(le=jour_lu(appel.horloge, le))
    return await appel.lister(vues.FICHES, filtre, Liste[s.VersionFicheOut], page=page)


@routes.get("/fiches/{code}", response_model=s.FicheOut, summary="Lire une fiche à une date")
async def lire_fiche(code: CodeLu, appel: Lecture, le: Le = None) -> Response:
    """La version entière qui vaut à la date lue; elle se reposte telle quelle, à un autre début."""
    vue = vues.fiche_au(code, jour_lu(appel.horloge, le))
    return await appel.lire(vue, s.FicheOut.model_validate)


@routes.get(
    "/fiches/{code}/versions",
    response_model=Liste[s.VersionFicheOut],
    operation_id="lister_versions_fiche",
    summary="Lister les versions d'une fiche",
)
async def lister_versions(code: CodeLu, appel: Lecture, page: PageDemandee) -> Response:
    """Toutes les versions, passées, en vigueur, à venir, remplacées ou retirées."""
    filtre, fiche = vues.FiltreVersions(code=code), vues.EXISTANTE.de(code)
    return await appel.lister(
        vues.VERSIONS, filtre, Liste[s.VersionFicheOut], page=page, sous=fiche
    )


@routes.post(
    "/fiches/{code}/versions",
    status_code=201,
    response_model=s.FicheOut,
    responses={**SITUE, **_ESSAI},
    operation_id="publier_version_fiche",
    summary="Publier une version d'une fiche, ou voir ce qu'elle changerait (CAT-5, CAT-9)",
)
async def publier_version(
    code: Code,
    corps: s.FicheIn,
    appel: Pilotage,
    essai: Annotated[
        bool, Query(description="Vrai : dit ce qui changerait, et refuse de même.")
    ] = False,
) -> Response:
    """La première version crée la fiche; republier un début à venir remplace cette version."""
    commande = corps.commande(code)
    if essai:
        return await _essayer(commande, appel)
    return await appel.ecrire(
        publier_fiche,
        commande,
        s.FicheOut.de,
        statut=lambda prevision: 200 if prevision.inchangee else 201,
        emplacement=lambda prevision: f"/v1/fiches/{prevision.code}?le={prevision.version.debut}",
    )


async def _essayer(voulue: PublierFiche, appel: Pilotage) -> Response:
    """Lu par les ports mêmes de la publication, dans une transaction qui n'écrit pas."""
    essai = EssayerPublication(voulue=voulue, aujourdhui=jour_de_quebec(appel.horloge()))
    prevision = await appel.consulter(partial(essayer_publication, essai))
    return JSONResponse(s.EssaiOut.de(prevision).model_dump(mode="json"))


@routes.post(
    "/fiches/{code}/versions/{version}/retrait",
    response_model=s.RetraitOut,
    operation_id="retirer_version_fiche",
    summary="Retirer une version à venir (CAT-2)",
)
async def retirer(code: CodeLu, version: Numero, appel: Pilotage) -> Response:
    """La précédente se prolonge; le numéro ne resert jamais."""
    return await appel.ecrire(
        retirer_version, RetirerVersion(code=code, version=version), s.RetraitOut.de
    )


@routes.get(
    "/tarifs", response_model=Liste[s.TarifEnVigueurOut], summary="Lister les tarifs en vigueur"
)
async def lister_tarifs(appel: Lecture, page: PageDemandee, le: Le = None) -> Response:
    """Les tarifs de toutes les fiches à la date lue (CAT-5)."""
    filtre = vues.FiltreJour(le=jour_lu(appel.horloge, le))
    return await appel.lister(
        vues.TARIFS,
        filtre,
        Liste[s.TarifEnVigueurOut],
        page=page,
        presenter=s.TarifEnVigueurOut.de_ligne,
    )
