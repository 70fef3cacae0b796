"""La publication d'un contrat au SEAO (CI-18)."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from courtier.seao.adaptateurs import vues
from courtier.seao.adaptateurs.reference import lire_profil
from courtier.seao.cas_usage import (
    publier_conclusion,
    publier_fin,
    publier_supplement,
    renumeroter,
)
from courtier.seao.domaine.publication import Publication
from courtier.seao.entrees import schemas as s
from courtier.seao.entrees.acces import Courtier, Partie
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne
from socle.web import Liste, PageDemandee, Routeur, uuid7

routes = Routeur(prefix="/v1", tags=["seao"])


@routes.get(
    "/publications-seao",
    response_model=Liste[s.PublicationResumeeOut],
    operation_id="lister_publications_seao",
    summary="Lister ce qui se publie au SEAO, et les retards (CI-18)",
)
async def lister(
    appel: Partie,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    requise: bool | None = None,
    en_retard: Annotated[
        bool, Query(description="Vrai : celles dont une date est passée seulement.")
    ] = False,
) -> Response:
    """Un organisme voit les siennes; le Courtier, toutes."""
    jour = jour_de_quebec(appel.horloge())
    filtre = vues.FiltrePublications(
        organisme=organisme, requise=requise, en_retard_le=jour if en_retard else None
    )
    return await appel.lister(
        vues.PUBLICATIONS,
        filtre,
        Liste[s.PublicationResumeeOut],
        page=page,
        presenter=_resumee,
    )


@routes.get(
    "/contrats/{contrat_id}/publication-seao",
    response_model=s.PublicationOut,
    operation_id="lire_publication_seao",
    summary="Lire la fiche d'un contrat pour le SEAO, et ce qui reste à publier (CI-18)",
)
async def lire(contrat_id: UUID, appel: Partie) -> Response:
    """La fiche se recopie au SEAO telle quelle; elle naît de la signature du fournisseur."""
    profil, jour = lire_profil(), jour_de_quebec(appel.horloge())
    return await appel.lire(
        vues.publication(contrat_id), lambda lue: s.PublicationOut.de(lue, profil, jour)
    )


@routes.post(
    "/contrats/{contrat_id}/publication-seao",
    response_model=s.PublicationOut,
    operation_id="consigner_avis_seao",
    summary="Consigner un avis paru au SEAO (CI-18)",
)
async def publier(contrat_id: UUID, corps: s.AvisIn, appel: Partie) -> Response:
    """La conclusion d'abord, puis chaque supplément, et la fin avec le total des factures.

    Une facture changée ensuite, la fin se consigne de nouveau, et corrige le total.
    Chaque avis porte le même numéro, que nul autre contrat ne porte; un avis ne se consigne qu'une
    fois, ne précède pas ce qu'il publie, et n'est pas à venir (409).
    """
    profil, jour = lire_profil(), jour_de_quebec(appel.horloge())

    def presenter(publiee: Publication) -> s.PublicationOut:
        return s.PublicationOut.de(publiee, profil, jour)

    match corps:
        case s.AvisConclusionIn():
            return await appel.ecrire(publier_conclusion, corps.commande(contrat_id), presenter)
        case s.AvisSupplementIn():
            return await appel.ecrire(publier_supplement, corps.commande(contrat_id), presenter)
        case s.AvisFinIn():
            commande = corps.commande(contrat_id, uuid7())
            return await appel.ecrire(publier_fin, commande, presenter)


@routes.post(
    "/contrats/{contrat_id}/publication-seao/numero",
    response_model=s.PublicationOut,
    operation_id="corriger_numero_seao",
    summary="Corriger le numéro d'un avis consigné sous un autre (CI-18)",
)
async def corriger(contrat_id: UUID, corps: s.NumeroIn, appel: Courtier) -> Response:
    """Le Courtier seul : pris à tort, un numéro empêcherait un autre contrat de porter le sien."""
    profil, jour = lire_profil(), jour_de_quebec(appel.horloge())
    return await appel.ecrire(
        renumeroter,
        corps.commande(contrat_id),
        lambda juste: s.PublicationOut.de(juste, profil, jour),
    )


def _resumee(ligne: Ligne) -> s.PublicationResumeeOut:
    return s.PublicationResumeeOut.model_validate({**ligne._asdict(), "contrat_id": ligne.id})
