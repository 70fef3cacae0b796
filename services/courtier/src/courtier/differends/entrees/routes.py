"""Les différends et les plaintes d'un contrat (CI-21)."""

from datetime import date
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from courtier.differends.adaptateurs import vues
from courtier.differends.cas_usage.differends import (
    Signaler,
    fermer,
    ouvrir,
    repondre,
    signaler,
)
from courtier.differends.domaine.differends import Differend, NatureDifferend
from courtier.differends.entrees import schemas as s
from courtier.differends.entrees.acces import Client, Partie, lit_pour_le_courtier
from courtier.differends.ports import Ports
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne
from socle.execution.deroulement import CasUsage
from socle.web import SITUE, Appel, Liste, PageDemandee, Routeur, uuid7

C = TypeVar("C")
routes = Routeur(prefix="/v1", tags=["differends"])


def _jour(appel: Appel[Ports]) -> date:
    return jour_de_quebec(appel.horloge())


async def _poser(appel: Appel[Ports], cas: CasUsage[C, Ports, Differend], commande: C) -> Response:
    jour = _jour(appel)
    return await appel.ecrire(cas, commande, lambda d: s.DifferendOut.de(d, jour))


@routes.post(
    "/differends",
    status_code=201,
    responses=SITUE,
    response_model=s.DifferendOut,
    operation_id="ouvrir_differend",
    summary="Inscrire un différend ou une plainte (CI-21)",
)
async def ouvrir_un(corps: s.DifferendIn, appel: Client) -> Response:
    """S'il dure ou se répète, il est signalé d'office au Courtier; une plainte, aussitôt."""
    jour = _jour(appel)
    return await appel.ecrire(
        ouvrir,
        corps.commande(uuid7()),
        lambda d: s.DifferendOut.de(d, jour),
        statut=201,
        emplacement=lambda d: f"/v1/differends/{d.id}",
    )


@routes.get(
    "/differends",
    response_model=Liste[s.ResumeDifferendOut],
    operation_id="lister_differends",
    summary="Lister les différends et les plaintes (CI-21)",
)
async def lister(
    appel: Partie,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    contrat_id: UUID | None = None,
    fournisseur_id: UUID | None = None,
    nature: NatureDifferend | None = None,
    ferme: bool | None = None,
    signale: Annotated[
        bool, Query(description="Vrai : ceux qui sont signalés au Courtier.")
    ] = False,
) -> Response:
    """Un organisme ne voit que les siens; le Courtier, tous, sans l'objet des non signalés."""
    jour = _jour(appel)
    filtre = vues.FiltreDifferends(
        organisme=organisme,
        contrat_id=contrat_id,
        fournisseur_id=fournisseur_id,
        nature=nature,
        ferme=ferme,
        signale=jour if signale else None,
    )
    presenter = s.ResumeDifferendOut.model_validate
    return await appel.lister(
        vues.DIFFERENDS,
        filtre,
        Liste[s.ResumeDifferendOut],
        page=page,
        presenter=(lambda d: presenter(d).tu(jour)) if lit_pour_le_courtier(appel) else None,
    )


@routes.get(
    "/differends/{differend_id}",
    response_model=s.DifferendOut,
    operation_id="lire_differend",
    summary="Lire un différend et son fil (CI-21)",
)
async def lire(differend_id: UUID, appel: Partie) -> Response:
    """Celui d'un autre organisme est introuvable (404).

    Le Courtier n'en lit que l'existence (nature, état, dates) tant qu'il n'est pas signalé.
    """
    jour = _jour(appel)
    montrer = s.DifferendOut.au_courtier if lit_pour_le_courtier(appel) else s.DifferendOut.de

    def presenter(ligne: Ligne) -> s.DifferendOut:
        return montrer(vues.differend_de(ligne), jour)

    return await appel.lire(vues.DIFFEREND.de(differend_id), presenter)


@routes.post(
    "/differends/{differend_id}/reponses",
    response_model=s.DifferendOut,
    operation_id="repondre_differend",
    summary="Ajouter une réponse au fil d'un différend (CI-21)",
)
async def repondre_a(differend_id: UUID, corps: s.ReponseDifferendIn, appel: Partie) -> Response:
    """L'organisme, pour lui ou pour le fournisseur; le Courtier, une fois qu'on le lui signale."""
    return await _poser(appel, repondre, corps.commande(differend_id))


@routes.post(
    "/differends/{differend_id}/signalement",
    response_model=s.DifferendOut,
    operation_id="signaler_differend",
    summary="Signaler un différend au Courtier, sans attendre (CI-21)",
)
async def signaler_un(differend_id: UUID, appel: Client) -> Response:
    """Une fois."""
    return await _poser(appel, signaler, Signaler(differend_id=differend_id))


@routes.post(
    "/differends/{differend_id}/fermeture",
    response_model=s.DifferendOut,
    operation_id="fermer_differend",
    summary="Fermer un différend (CI-21)",
)
async def fermer_un(differend_id: UUID, corps: s.FermetureDifferendIn, appel: Client) -> Response:
    """Comment il finit, et pourquoi; son fil demeure."""
    return await _poser(appel, fermer, corps.commande(differend_id))
