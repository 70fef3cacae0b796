"""La sortie d'un contrat : plan, activités, données, achèvement (CI-24)."""

from collections.abc import Callable
from functools import partial
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from courtier.sortie.adaptateurs import vues
from courtier.sortie.cas_usage import (
    SortieSuivie,
    achever,
    attester,
    finir_activite,
    lire_sortie,
    planifier,
)
from courtier.sortie.entrees import schemas as s
from courtier.sortie.entrees.acces import Client, Lecteur
from courtier.sortie.ports import Ports
from noyau import jour_de_quebec
from socle.bd.connexion import Connexion
from socle.web import Appel, Liste, PageDemandee, Routeur, lu, uuid7

routes = Routeur(prefix="/v1", tags=["sortie"])


@routes.get(
    "/sorties",
    response_model=Liste[s.ResumeSortieOut],
    operation_id="lister_sorties",
    summary="Lister les sorties, la plus proche d'abord (CI-24)",
)
async def lister(
    appel: Lecteur,
    filtre: Annotated[vues.FiltreSorties, lu(vues.FiltreSorties)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que les siennes."""
    jour = jour_de_quebec(appel.horloge())
    return await appel.lister(
        vues.SORTIES,
        filtre,
        Liste[s.ResumeSortieOut],
        page=page,
        presenter=lambda ligne: s.ResumeSortieOut.de(ligne, jour),
    )


@routes.get(
    "/contrats/{contrat_id}/sortie",
    response_model=s.SortieOut,
    operation_id="lire_sortie",
    summary="Lire la sortie d'un contrat (CI-24)",
)
async def lire(contrat_id: UUID, appel: Lecteur) -> Response:
    """Ce qui lui manque, et si les deux contrats se recouvrent quand le fournisseur change."""
    lue = await appel.consulter(partial(lire_sortie, contrat_id))

    async def vue(_: Connexion) -> SortieSuivie:
        return lue

    return await appel.lire(vue, _lue(appel))


@routes.post(
    "/contrats/{contrat_id}/sortie/plan",
    response_model=s.SortieOut,
    operation_id="planifier_sortie",
    summary="Planifier la sortie d'un contrat (CI-24)",
)
async def planifier_une(contrat_id: UUID, corps: s.PlanIn, appel: Client) -> Response:
    """Un plan de plus; chaque activité finit avant le contrat."""
    return await appel.ecrire(planifier, corps.commande(contrat_id), _lue(appel))


@routes.post(
    "/contrats/{contrat_id}/sortie/activites",
    response_model=s.SortieOut,
    operation_id="finir_activite_sortie",
    summary="Inscrire une activité de sortie finie (CI-24)",
)
async def finir_une(contrat_id: UUID, corps: s.ActiviteFaiteIn, appel: Client) -> Response:
    """Après la fin du contrat, elle est inscrite, et dite tardive."""
    return await appel.ecrire(finir_activite, corps.commande(contrat_id), _lue(appel))


@routes.post(
    "/contrats/{contrat_id}/sortie/attestations",
    response_model=s.SortieOut,
    operation_id="attester_sortie",
    summary="Attester les données rendues, ou détruites (CI-24)",
)
async def attester_une(contrat_id: UUID, corps: s.AttestationIn, appel: Client) -> Response:
    """La pièce du fournisseur se dépose avec l'acte; rendues d'abord."""
    commande = corps.commande(contrat_id, uuid7())
    return await appel.ecrire(attester, commande, _lue(appel))


@routes.post(
    "/contrats/{contrat_id}/sortie/achevement",
    response_model=s.SortieOut,
    operation_id="achever_sortie",
    summary="Achever la sortie d'un contrat (CI-24)",
)
async def achever_une(contrat_id: UUID, corps: s.AchevementIn, appel: Client) -> Response:
    """Quand rien ne manque; avant la fin du contrat, sinon dite tardive."""
    return await appel.ecrire(achever, corps.commande(contrat_id), _lue(appel))


def _lue(appel: Appel[Ports]) -> Callable[[SortieSuivie], s.SortieOut]:
    """Comment se montre, aujourd'hui, une sortie."""
    jour = jour_de_quebec(appel.horloge())
    return lambda suivie: s.SortieOut.de(suivie, jour)
