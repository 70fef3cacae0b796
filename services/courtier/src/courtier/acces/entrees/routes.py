"""L'accès au Catalogue et sa liste de diffusion (CI-11, CI-12)."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from contrats.base import CodeOrganisme
from courtier.acces.adaptateurs import vues
from courtier.acces.cas_usage import (
    Desinscrire,
    RetirerCompte,
    decider_admissibilite,
    demander_compte,
    desinscrire,
    inscrire,
    retirer_compte,
    trancher_compte,
)
from courtier.acces.domaine import EtatCompte, seul_sujet
from courtier.acces.entrees import schemas as s
from courtier.acces.entrees.acces import Courtier, Interesse, Personne
from socle.bd.instructions import Ligne
from socle.web import SITUE, Liste, PageDemandee, Routeur, lu, uuid7

routes = Routeur(prefix="/v1", tags=["acces"])


@routes.post(
    "/acces",
    status_code=201,
    responses=SITUE,
    response_model=s.CompteOut,
    operation_id="demander_acces",
    summary="Demander pour soi l'accès au Catalogue (CI-11)",
)
async def demander(corps: s.CompteIn, appel: Personne) -> Response:
    """La personne est le sujet du jeton. Refusée ou retirée, elle peut demander de nouveau."""
    return await appel.ecrire(
        demander_compte,
        corps.commande(uuid7(), appel.organisme(None)),
        s.CompteOut.de,
        statut=201,
        emplacement=lambda compte: f"/v1/acces/{compte.id}",
    )


@routes.get(
    "/acces",
    response_model=Liste[s.CompteOut],
    operation_id="lister_acces",
    summary="Lister les comptes d'accès (CI-11)",
)
async def lister(
    appel: Interesse,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: EtatCompte | None = None,
) -> Response:
    """Le Courtier les voit tous; une personne, les siens.

    Un gestionnaire ou un dirigeant voit ceux de son organisme.
    """
    filtre = vues.FiltreComptes(organisme=organisme, etat=etat, sujet=seul_sujet(appel.acteur))
    return await appel.lister(
        vues.COMPTES, filtre, Liste[s.CompteOut], page=page, presenter=_compte
    )


@routes.post(
    "/acces/admissibilites",
    status_code=201,
    response_model=s.AdmissibiliteOut,
    operation_id="decider_admissibilite",
    summary="Exclure un organisme du Catalogue, ou le réadmettre (CI-11)",
)
async def decider(corps: s.AdmissibiliteOrganismeIn, appel: Courtier) -> Response:
    """Exclu, nul n'y lit plus le Catalogue, compte accordé ou non; réadmis, les comptes revivent.

    Ses contrats et ses dossiers lui restent.
    """
    return await appel.ecrire(
        decider_admissibilite,
        corps.commande(uuid7()),
        s.AdmissibiliteOut.model_validate,
        statut=201,
    )


@routes.get(
    "/acces/admissibilites",
    response_model=Liste[s.AdmissibiliteOut],
    operation_id="lister_admissibilites",
    summary="Lister les décisions d'admissibilité (CI-11)",
)
async def lister_admissibilites(
    appel: Interesse,
    filtre: Annotated[vues.FiltreAdmissibilites, lu(vues.FiltreAdmissibilites)],
    page: PageDemandee,
) -> Response:
    """Dans l'ordre où elles furent prises. Un organisme voit les siennes."""
    return await appel.lister(
        vues.ADMISSIBILITES,
        filtre,
        Liste[s.AdmissibiliteOut],
        page=page,
        presenter=vues.admissibilite_de,
    )


@routes.get(
    "/acces/{compte_id}",
    response_model=s.CompteOut,
    operation_id="lire_acces",
    summary="Lire un compte d'accès (CI-11)",
)
async def lire(compte_id: UUID, appel: Interesse) -> Response:
    """Celui d'un autre organisme est introuvable (404)."""
    return await appel.lire(vues.COMPTE.de(compte_id), _compte)


@routes.post(
    "/acces/{compte_id}/decision",
    response_model=s.CompteOut,
    operation_id="trancher_acces",
    summary="Accorder ou refuser un accès demandé (CI-11)",
)
async def trancher(compte_id: UUID, corps: s.DecisionCompteIn, appel: Courtier) -> Response:
    """Un compte ne s'accorde qu'à un organisme admissible ce jour-là, et encore actif."""
    return await appel.ecrire(trancher_compte, corps.commande(compte_id), s.CompteOut.de)


@routes.post(
    "/acces/{compte_id}/retrait",
    response_model=s.CompteOut,
    operation_id="retirer_acces",
    summary="Retirer un accès accordé (CI-11)",
)
async def retirer(compte_id: UUID, corps: s.RetraitCompteIn, appel: Courtier) -> Response:
    """La personne ne lit plus le Catalogue, et sort de la liste de diffusion."""
    commande = RetirerCompte(compte_id=compte_id, motif=corps.motif)
    return await appel.ecrire(retirer_compte, commande, s.CompteOut.de)


@routes.post(
    "/diffusion",
    status_code=201,
    response_model=s.InscriptionOut,
    operation_id="inscrire_diffusion",
    summary="S'inscrire à la liste de diffusion du Catalogue (CI-12)",
)
async def inscrire_une_personne(corps: s.InscriptionIn, appel: Personne) -> Response:
    """Il faut un compte d'accès accordé (403, CI-11)."""
    return await appel.ecrire(
        inscrire,
        corps.commande(uuid7(), appel.organisme(None)),
        s.InscriptionOut.model_validate,
        statut=201,
    )


@routes.get(
    "/diffusion",
    response_model=Liste[s.InscriptionOut],
    operation_id="lister_diffusion",
    summary="Lister la liste de diffusion du Catalogue (CI-12)",
)
async def lister_diffusion(
    appel: Interesse, page: PageDemandee, organisme: CodeOrganisme | None = None
) -> Response:
    """Celles et ceux qui y sont; une personne n'y voit qu'elle, le Courtier les voit tous."""
    soi = None if appel.acteur.est_mcn else appel.acteur.sujet
    return await appel.lister(
        vues.INSCRIPTIONS,
        vues.FiltreInscriptions(organisme=organisme, sujet=soi),
        Liste[s.InscriptionOut],
        page=page,
        presenter=vues.inscription_de,
    )


@routes.post(
    "/diffusion/{inscription_id}/retrait",
    response_model=s.InscriptionOut,
    operation_id="retirer_diffusion",
    summary="Se retirer de la liste de diffusion (CI-12)",
)
async def retirer_une_personne(inscription_id: UUID, appel: Interesse) -> Response:
    """La sienne, ou toute autre par le Courtier; l'adresse s'efface."""
    commande = Desinscrire(inscription_id=inscription_id)
    return await appel.ecrire(desinscrire, commande, s.InscriptionOut.model_validate)


def _compte(ligne: Ligne) -> s.CompteOut:
    return s.CompteOut.de(vues.compte_de(ligne))
