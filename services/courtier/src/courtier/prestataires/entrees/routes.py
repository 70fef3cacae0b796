"""Les prestataires de services qualifiés (CI-11)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from courtier.prestataires.adaptateurs import vues
from courtier.prestataires.cas_usage import (
    ModifierPrestataire,
    RetirerPrestataire,
    inscrire_prestataire,
    modifier_prestataire,
    retirer_prestataire,
)
from courtier.prestataires.domaine import Prestataire
from courtier.prestataires.entrees import schemas as s
from courtier.prestataires.entrees.acces import Courtier, Lecteur
from courtier.prestataires.ports import Ports
from noyau import jour_de_quebec
from socle.web import SITUE, Appel, Liste, PageDemandee, Routeur, lu, uuid7

routes = Routeur(prefix="/v1", tags=["prestataires"])


@routes.get(
    "/prestataires",
    response_model=Liste[s.PrestataireOut],
    operation_id="lister_prestataires",
    summary="Consulter les prestataires de services qualifiés (CI-11)",
)
async def lister(
    appel: Lecteur,
    filtre: Annotated[vues.FiltrePrestataires, lu(vues.FiltrePrestataires)],
    page: PageDemandee,
) -> Response:
    """`volet` et `le` ne retiennent que ceux qui y sont qualifiés, ce jour-là.

    Leurs services s'acquièrent hors du Catalogue.
    """
    montrer = _montrer(appel)
    return await appel.lister(
        vues.PRESTATAIRES,
        filtre,
        Liste[s.PrestataireOut],
        page=page,
        presenter=lambda ligne: montrer(vues.prestataire_de(ligne)),
    )


@routes.post(
    "/prestataires",
    status_code=201,
    responses=SITUE,
    response_model=s.PrestataireOut,
    operation_id="inscrire_prestataire",
    summary="Inscrire un prestataire qualifié (CI-11)",
)
async def inscrire(corps: s.PrestataireIn, appel: Courtier) -> Response:
    """Le NEQ, s'il est donné, est celui d'un seul prestataire."""
    return await appel.ecrire(
        inscrire_prestataire,
        corps.commande(uuid7()),
        _montrer(appel),
        statut=201,
        emplacement=lambda p: f"/v1/prestataires/{p.id}",
    )


@routes.get(
    "/prestataires/{prestataire_id}",
    response_model=s.PrestataireOut,
    operation_id="lire_prestataire",
    summary="Lire un prestataire qualifié (CI-11)",
)
async def lire(prestataire_id: UUID, appel: Lecteur) -> Response:
    """La fiche présente; sa version est l'ETag."""
    montrer = _montrer(appel)
    return await appel.lire(
        vues.PRESTATAIRE.de(prestataire_id), lambda ligne: montrer(vues.prestataire_de(ligne))
    )


@routes.patch(
    "/prestataires/{prestataire_id}",
    response_model=s.PrestataireOut,
    operation_id="modifier_prestataire",
    summary="Modifier la fiche d'un prestataire (CI-11)",
)
async def modifier(prestataire_id: UUID, corps: s.PrestataireModifIn, appel: Courtier) -> Response:
    """Seuls les champs reçus changent; un jour passé de sa qualification ne change pas."""
    commande = ModifierPrestataire(prestataire_id=prestataire_id, changements=corps.changements())
    return await appel.ecrire(modifier_prestataire, commande, _montrer(appel))


@routes.post(
    "/prestataires/{prestataire_id}/retrait",
    response_model=s.PrestataireOut,
    operation_id="retirer_prestataire",
    summary="Mettre fin à la qualification d'un prestataire (CI-11)",
)
async def retirer(prestataire_id: UUID, corps: s.RetraitPrestataireIn, appel: Courtier) -> Response:
    """Du jour dit, il n'est plus qualifié."""
    commande = RetirerPrestataire(prestataire_id=prestataire_id, le=corps.le, motif=corps.motif)
    return await appel.ecrire(retirer_prestataire, commande, _montrer(appel))


def _montrer(appel: Appel[Ports]) -> Callable[[Prestataire], s.PrestataireOut]:
    aujourdhui = jour_de_quebec(appel.horloge())
    return lambda prestataire: s.PrestataireOut.de(prestataire, aujourdhui)
