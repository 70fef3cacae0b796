"""Les routes du fichier client et du registre des signataires (DEM-3, DEM-8)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from contrats.base import CodeOrganisme
from demandes.clients.adaptateurs import vues
from demandes.clients.adaptateurs.conversion import organisme_de
from demandes.clients.cas_usage import (
    FinirMandat,
    finir_mandat,
    inscrire_organisme,
    inscrire_signataire,
    inscrire_substitution,
    modifier_organisme,
)
from demandes.clients.domaine.organismes import Organisme
from demandes.clients.entrees.schemas import (
    FinMandatIn,
    OrganismeIn,
    OrganismeModifIn,
    OrganismeOut,
    SignataireIn,
    SignataireOut,
    SubstitutionIn,
    SubstitutionOut,
)
from demandes.clients.ports import Ports
from demandes.roles import LECTEURS, REGISTRAIRES
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne
from socle.web import (
    SITUE,
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    SansFiltre,
    acces,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Registraire = Annotated[Appel[Ports], Depends(acces(Ports, *REGISTRAIRES))]
Inscription = Annotated[Appel[Ports], Depends(acces(Ports, "agent-csc", "admin", "integration"))]

routes = Routeur(prefix="/v1/organismes", tags=["organismes"])


def _presenter(appel: Appel[Ports]) -> Callable[[Organisme], OrganismeOut]:
    """Un fichier client tel qu'aujourd'hui, à l'heure d'affaires."""
    return OrganismeOut.le(jour_de_quebec(appel.horloge()))


def _lu(appel: Appel[Ports]) -> Callable[[Ligne], OrganismeOut]:
    presenter = _presenter(appel)
    return lambda ligne: presenter(organisme_de(ligne))


@routes.get(
    "",
    response_model=Liste[OrganismeOut],
    operation_id="lister_organismes",
    summary="Lister les organismes",
)
async def lister(appel: Lecture, page: PageDemandee) -> Response:
    """Un organisme ne voit que lui-même."""
    forme = Liste[OrganismeOut]
    return await appel.lister(vues.ORGANISMES, SansFiltre(), forme, page=page, presenter=_lu(appel))


@routes.post(
    "",
    status_code=201,
    responses=SITUE,
    response_model=OrganismeOut,
    operation_id="inscrire_organisme",
    summary="Inscrire un organisme (DEM-8)",
)
async def inscrire(corps: OrganismeIn, appel: Inscription) -> Response:
    """Le code ne change jamais; déjà pris, il est refusé (409). Un organisme n'en inscrit pas."""
    appel.organisme(corps.code)
    return await appel.ecrire(
        inscrire_organisme,
        corps.commande(),
        _presenter(appel),
        statut=201,
        emplacement=lambda organisme: f"/v1/organismes/{organisme.code}",
    )


@routes.get(
    "/{code}",
    response_model=OrganismeOut,
    operation_id="lire_organisme",
    summary="Lire un organisme",
)
async def lire(code: CodeOrganisme, appel: Lecture) -> Response:
    """L'organisme d'autrui est introuvable (404)."""
    return await appel.lire(vues.ORGANISME.de(code), _lu(appel))


@routes.patch(
    "/{code}",
    response_model=OrganismeOut,
    operation_id="modifier_organisme",
    summary="Modifier un organisme (DEM-8)",
)
async def modifier(code: CodeOrganisme, corps: OrganismeModifIn, appel: Registraire) -> Response:
    """Les champs absents demeurent; null n'efface que l'interlocuteur et le répondant.

    « taxable » ajoute un profil de taxes à compter de « taxable_depuis » (FAC-15).
    """
    return await appel.ecrire(modifier_organisme, corps.commande(code), _presenter(appel))


@routes.get(
    "/{code}/signataires",
    response_model=Liste[SignataireOut],
    summary="Lister les signataires (DEM-3)",
)
async def lister_signataires(code: CodeOrganisme, appel: Lecture, page: PageDemandee) -> Response:
    """Tous les mandats, passés et à venir."""
    filtre = vues.FiltreRegistre(organisme=code)
    forme = Liste[SignataireOut]
    return await appel.lister(
        vues.SIGNATAIRES, filtre, forme, page=page, sous=vues.ORGANISME.de(code)
    )


@routes.post(
    "/{code}/signataires",
    status_code=201,
    response_model=SignataireOut,
    operation_id="inscrire_signataire",
    summary="Inscrire un signataire (DEM-3)",
)
async def inscrire_au_registre(
    code: CodeOrganisme, corps: SignataireIn, appel: Registraire
) -> Response:
    """La personne signe, dans ces familles, du premier jour à la veille de la fin."""
    return await appel.ecrire(
        inscrire_signataire, corps.signataire(code), SignataireOut.model_validate, statut=201
    )


@routes.post(
    "/{code}/signataires/{signataire_id}/fin",
    response_model=SignataireOut,
    operation_id="finir_mandat",
    summary="Mettre fin à un mandat (DEM-3)",
)
async def finir(
    code: CodeOrganisme, signataire_id: UUID, corps: FinMandatIn, appel: Registraire
) -> Response:
    """La fin est exclue, aujourd'hui ou plus tard : le passé ne change pas.

    Au début du mandat ou avant, il n'aura valu aucun jour : sa fin est son début.
    """
    commande = FinirMandat(organisme=code, signataire_id=signataire_id, fin=corps.fin)
    return await appel.ecrire(finir_mandat, commande, SignataireOut.model_validate)


@routes.get(
    "/{code}/substitutions",
    response_model=Liste[SubstitutionOut],
    summary="Lister les substitutions (DEM-3)",
)
async def lister_substitutions(code: CodeOrganisme, appel: Lecture, page: PageDemandee) -> Response:
    """Toutes les substitutions, passées et à venir."""
    filtre = vues.FiltreRegistre(organisme=code)
    forme = Liste[SubstitutionOut]
    return await appel.lister(
        vues.SUBSTITUTIONS, filtre, forme, page=page, sous=vues.ORGANISME.de(code)
    )


@routes.post(
    "/{code}/substitutions",
    status_code=201,
    response_model=SubstitutionOut,
    operation_id="inscrire_substitution",
    summary="Inscrire une substitution (DEM-3)",
)
async def substituer(code: CodeOrganisme, corps: SubstitutionIn, appel: Registraire) -> Response:
    """Le substitut signe au nom du signataire tant que le mandat de celui-ci court."""
    return await appel.ecrire(
        inscrire_substitution, corps.substitution(code), SubstitutionOut.model_validate, statut=201
    )
