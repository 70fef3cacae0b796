"""Les routes du fichier client et du registre des signataires (DEM-3, DEM-8)."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from contrats.base import CodeOrganisme
from demandes.adaptateurs import vues
from demandes.adaptateurs.lignes import organisme_de
from demandes.adaptateurs.tables import organismes, signataires, substitutions
from demandes.cas_usage.finir_mandat import FinirMandat, finir_mandat
from demandes.cas_usage.inscrire_organisme import InscrireOrganisme, inscrire_organisme
from demandes.cas_usage.inscrire_signataire import InscrireSignataire, inscrire_signataire
from demandes.cas_usage.inscrire_substitution import InscrireSubstitution, inscrire_substitution
from demandes.cas_usage.modifier_organisme import ModifierOrganisme, modifier_organisme
from demandes.entrees.acces import Inscription, Lecture, Registraire, organisme_vise
from demandes.entrees.schemas_organismes import (
    FinMandatIn,
    OrganismeIn,
    OrganismeModifIn,
    OrganismeOut,
    SignataireIn,
    SignataireOut,
    SubstitutionIn,
    SubstitutionOut,
)
from socle.web import Liste, PageDemandee, uuid7

routes = APIRouter(prefix="/v1/organismes", tags=["organismes"])


@routes.get("", response_model=Liste[OrganismeOut], summary="Lister les organismes")
async def lister(appel: Lecture, page: PageDemandee) -> Response:
    """Un organisme ne voit que lui-même."""
    return await appel.lister(
        vues.lister(organismes),
        Liste[OrganismeOut],
        cles=(organismes.c.organisme,),
        page=page,
        presenter=_presenter,
    )


@routes.post(
    "", status_code=201, response_model=OrganismeOut, summary="Inscrire un organisme (DEM-8)"
)
async def inscrire(corps: OrganismeIn, appel: Inscription) -> Response:
    """Le code ne change jamais; déjà pris, il est refusé (409). Un organisme n'en inscrit pas."""
    organisme_vise(appel.acteur, corps.code)
    return await appel.ecrire(
        inscrire_organisme,
        InscrireOrganisme(organisme=corps.organisme()),
        OrganismeOut.model_validate,
        statut=201,
        emplacement=lambda organisme: f"/v1/organismes/{organisme.code}",
    )


@routes.get("/{code}", response_model=OrganismeOut, summary="Lire un organisme")
async def lire(code: CodeOrganisme, appel: Lecture) -> Response:
    """L'organisme d'autrui est introuvable (404)."""
    return await appel.lire(_un(code))


@routes.patch("/{code}", response_model=OrganismeOut, summary="Modifier un organisme (DEM-8)")
async def modifier(code: CodeOrganisme, corps: OrganismeModifIn, appel: Registraire) -> Response:
    """Les champs absents demeurent; null n'efface que l'interlocuteur et le répondant."""
    commande = ModifierOrganisme(
        code=code, version=appel.version_attendue, changements=corps.changements()
    )
    return await appel.ecrire(modifier_organisme, commande, OrganismeOut.model_validate)


@routes.get(
    "/{code}/signataires",
    response_model=Liste[SignataireOut],
    summary="Lister les signataires (DEM-3)",
)
async def lister_signataires(code: CodeOrganisme, appel: Lecture, page: PageDemandee) -> Response:
    """Tous les mandats, passés et à venir."""
    await appel.lire_brut(_un(code))
    return await appel.lister(
        vues.lister(signataires, organisme=code),
        Liste[SignataireOut],
        cles=(signataires.c.id,),
        page=page,
    )


@routes.post(
    "/{code}/signataires",
    status_code=201,
    response_model=SignataireOut,
    summary="Inscrire un signataire (DEM-3)",
)
async def inscrire_au_registre(
    code: CodeOrganisme, corps: SignataireIn, appel: Registraire
) -> Response:
    """La personne signe du premier jour à la veille de la fin, dates de Québec."""
    commande = InscrireSignataire(signataire=corps.signataire(uuid7(), code))
    return await appel.ecrire(
        inscrire_signataire, commande, SignataireOut.model_validate, statut=201
    )


@routes.post(
    "/{code}/signataires/{signataire_id}/fin",
    response_model=SignataireOut,
    summary="Mettre fin à un mandat (DEM-3)",
)
async def finir(
    code: CodeOrganisme, signataire_id: UUID, corps: FinMandatIn, appel: Registraire
) -> Response:
    """La fin est exclue, aujourd'hui ou plus tard : le passé ne change pas."""
    commande = FinirMandat(organisme=code, signataire_id=signataire_id, fin=corps.fin)
    return await appel.ecrire(finir_mandat, commande, SignataireOut.model_validate)


@routes.get(
    "/{code}/substitutions",
    response_model=Liste[SubstitutionOut],
    summary="Lister les substitutions (DEM-3)",
)
async def lister_substitutions(code: CodeOrganisme, appel: Lecture, page: PageDemandee) -> Response:
    """Toutes les substitutions, passées et à venir."""
    await appel.lire_brut(_un(code))
    return await appel.lister(
        vues.lister(substitutions, organisme=code),
        Liste[SubstitutionOut],
        cles=(substitutions.c.id,),
        page=page,
    )


@routes.post(
    "/{code}/substitutions",
    status_code=201,
    response_model=SubstitutionOut,
    summary="Inscrire une substitution (DEM-3)",
)
async def substituer(code: CodeOrganisme, corps: SubstitutionIn, appel: Registraire) -> Response:
    """Le substitut signe au nom du signataire tant que le mandat de celui-ci court."""
    commande = InscrireSubstitution(substitution=corps.substitution(uuid7(), code))
    return await appel.ecrire(
        inscrire_substitution, commande, SubstitutionOut.model_validate, statut=201
    )


def _presenter(ligne: vues.Ligne) -> OrganismeOut:
    return OrganismeOut.model_validate(organisme_de(ligne))


def _un(code: str) -> vues.Vue[OrganismeOut]:
    return vues.une(organismes, _presenter, "Organisme", organisme=code)
