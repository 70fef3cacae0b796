"""La liste des contrats conclus, et le consentement d'une personne-ressource (CI-22)."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from courtier.conclus.adaptateurs import vues
from courtier.conclus.cas_usage import Retirer, consentir, retirer
from courtier.conclus.entrees import schemas as s
from courtier.conclus.entrees.acces import Client, Lecteur
from socle.web import Liste, PageDemandee, Routeur, lu

routes = Routeur(prefix="/v1", tags=["conclus"])


@routes.get(
    "/contrats-conclus",
    response_model=Liste[s.ConcluOut],
    operation_id="lister_contrats_conclus",
    summary="Lister les contrats conclus (CI-22)",
)
async def lister(
    appel: Lecteur,
    filtre: Annotated[vues.FiltreConclus, lu(vues.FiltreConclus)],
    page: PageDemandee,
) -> Response:
    """Ceux de tous les organismes; l'envergure est une bande, la personne y consent."""
    return await appel.lister(
        vues.CONCLUS,
        filtre,
        Liste[s.ConcluOut],
        page=page,
        presenter=lambda ligne: s.ConcluOut.de(vues.inscription_de(ligne)),
    )


@routes.post(
    "/contrats-conclus/{contrat_id}/consentement",
    response_model=s.ConcluOut,
    operation_id="consentir_conclu",
    summary="Nommer la personne-ressource qui y consent (CI-22)",
)
async def consentir_un(contrat_id: UUID, corps: s.ConsentementIn, appel: Client) -> Response:
    """Une seule par contrat; de celle qu'elle remplace, il ne reste rien."""
    return await appel.ecrire(
        consentir, corps.commande(contrat_id), s.ConcluOut.de, taire=("personne",)
    )


@routes.post(
    "/contrats-conclus/{contrat_id}/retrait",
    response_model=s.ConcluOut,
    operation_id="retirer_consentement",
    summary="Retirer le consentement d'une personne-ressource (CI-22)",
)
async def retirer_un(contrat_id: UUID, appel: Client) -> Response:
    """Effacée aussitôt, partout; l'audit garde qui a consenti ou retiré pour elle, et quand."""
    return await appel.ecrire(retirer, Retirer(contrat_id=contrat_id), s.ConcluOut.de)
