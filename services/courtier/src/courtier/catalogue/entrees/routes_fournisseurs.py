"""Les fournisseurs, leurs documents, leurs preuves et leurs ententes-cadres (CI-11, CI-12)."""

from uuid import UUID

from starlette.responses import Response

from courtier.catalogue.adaptateurs import vues_fournisseurs as vues
from courtier.catalogue.cas_usage import (
    ModifierFournisseur,
    conclure_entente,
    deposer_preuve,
    inscrire_fournisseur,
    modifier_fournisseur,
    poser_acte,
    publier_document,
)
from courtier.catalogue.domaine import EtatEntente, NatureDocument
from courtier.catalogue.entrees import schemas_fournisseurs as s
from courtier.catalogue.entrees.acces import Courtier, Lecteur
from noyau import jour_de_quebec
from socle.champs import Jour
from socle.web import SITUE, Liste, PageDemandee, Routeur, SansFiltre, uuid7

routes = Routeur(prefix="/v1", tags=["catalogue"])


@routes.get(
    "/fournisseurs", response_model=Liste[s.FournisseurOut], summary="Lister les fournisseurs"
)
async def lister_fournisseurs(appel: Lecteur, page: PageDemandee) -> Response:
    """Les fiches du Catalogue, dans l'ordre d'inscription."""
    return await appel.lister(vues.FOURNISSEURS, SansFiltre(), Liste[s.FournisseurOut], page=page)


@routes.post(
    "/fournisseurs",
    status_code=201,
    responses=SITUE,
    response_model=s.FournisseurOut,
    operation_id="inscrire_fournisseur",
    summary="Inscrire un fournisseur (CI-11)",
)
async def inscrire(corps: s.FournisseurIn, appel: Courtier) -> Response:
    """Le NEQ, s'il est donné, est celui d'un seul fournisseur."""
    return await appel.ecrire(
        inscrire_fournisseur,
        corps.commande(uuid7()),
        s.FournisseurOut.de,
        statut=201,
        emplacement=lambda f: f"/v1/fournisseurs/{f.id}",
    )


@routes.get(
    "/fournisseurs/{fournisseur_id}", response_model=s.FournisseurOut, summary="Lire un fournisseur"
)
async def lire_fournisseur(fournisseur_id: UUID, appel: Lecteur) -> Response:
    """La fiche présente; sa version est l'ETag."""
    return await appel.lire(vues.FOURNISSEUR.de(fournisseur_id), s.FournisseurOut.model_validate)


@routes.patch(
    "/fournisseurs/{fournisseur_id}",
    response_model=s.FournisseurOut,
    operation_id="modifier_fournisseur",
    summary="Modifier la fiche d'un fournisseur (CI-11)",
)
async def modifier(fournisseur_id: UUID, corps: s.FournisseurModifIn, appel: Courtier) -> Response:
    """Seuls les champs reçus changent; `If-Match` porte la version lue."""
    commande = ModifierFournisseur(fournisseur_id=fournisseur_id, changements=corps.changements())
    return await appel.ecrire(modifier_fournisseur, commande, s.FournisseurOut.de)


@routes.post(
    "/fournisseurs/{fournisseur_id}/documents",
    status_code=201,
    response_model=s.DocumentPublieOut,
    operation_id="publier_document_fournisseur",
    summary="Publier une version des conditions ou de l'annexe modificative (CI-11, CI-12)",
)
async def publier(fournisseur_id: UUID, corps: s.DocumentPublieIn, appel: Courtier) -> Response:
    """Tout jour lui convient, aujourd'hui ou plus tard; les versions d'avant restent lisibles."""
    return await appel.ecrire(
        publier_document,
        corps.commande(fournisseur_id),
        s.DocumentPublieOut.model_validate,
        statut=201,
    )


@routes.get(
    "/fournisseurs/{fournisseur_id}/documents",
    response_model=Liste[s.DocumentPublieOut],
    operation_id="lister_documents_fournisseur",
    summary="Consulter les documents d'un fournisseur, ou ceux d'une date (CI-12)",
)
async def lister_documents(
    fournisseur_id: UUID,
    appel: Lecteur,
    page: PageDemandee,
    nature: NatureDocument | None = None,
    le: Jour | None = None,
) -> Response:
    """`le` ne retient, de chaque nature, que la version qui vaut ce jour-là."""
    return await appel.lister(
        vues.DOCUMENTS,
        vues.FiltreDocuments(fournisseur_id=fournisseur_id, nature=nature, le=le),
        Liste[s.DocumentPublieOut],
        page=page,
        sous=vues.FOURNISSEUR.de(fournisseur_id),
    )


@routes.post(
    "/fournisseurs/{fournisseur_id}/preuves",
    status_code=201,
    response_model=s.PreuveOut,
    operation_id="deposer_preuve_fournisseur",
    summary="Déposer une preuve de sécurité d'un fournisseur (CI-11)",
)
async def deposer_une_preuve(fournisseur_id: UUID, corps: s.PreuveIn, appel: Courtier) -> Response:
    """Démonstration, rapport d'audit, certification : elle reste au Courtier."""
    return await appel.ecrire(
        deposer_preuve,
        corps.commande(uuid7(), fournisseur_id),
        s.PreuveOut.model_validate,
        statut=201,
    )


@routes.get(
    "/fournisseurs/{fournisseur_id}/preuves",
    response_model=Liste[s.PreuveOut],
    operation_id="lister_preuves_fournisseur",
    summary="Lire les preuves de sécurité d'un fournisseur (CI-11)",
)
async def lister_preuves(fournisseur_id: UUID, appel: Courtier, page: PageDemandee) -> Response:
    """Au Courtier et au vérificateur seuls."""
    return await appel.lister(
        vues.PREUVES,
        vues.FiltrePreuves(fournisseur_id=fournisseur_id),
        Liste[s.PreuveOut],
        page=page,
        sous=vues.FOURNISSEUR.de(fournisseur_id),
    )


@routes.get(
    "/ententes-cadres", response_model=Liste[s.EntenteOut], summary="Lister les ententes-cadres"
)
async def lister_ententes(
    appel: Lecteur,
    page: PageDemandee,
    fournisseur_id: UUID | None = None,
    le: Jour | None = None,
    etat: EtatEntente | None = None,
) -> Response:
    """`etat` : en vigueur, suspendues, terminées ou à venir, au jour `le`; sinon, aujourd'hui.

    `le` seul ne retient que celles qui sont en vigueur ce jour-là.
    """
    jour = le or jour_de_quebec(appel.horloge())
    if etat is None and le is not None:
        etat = EtatEntente.EN_VIGUEUR
    return await appel.lister(
        vues.ENTENTES,
        vues.FiltreEntentes(le=jour, fournisseur_id=fournisseur_id, etat=etat),
        Liste[s.EntenteOut],
        page=page,
        presenter=lambda ligne: s.EntenteOut.de(vues.entente_lue(ligne), jour),
    )


@routes.post(
    "/ententes-cadres",
    status_code=201,
    responses=SITUE,
    response_model=s.EntenteOut,
    operation_id="conclure_entente",
    summary="Consigner une entente-cadre conclue (CI-11)",
)
async def conclure(corps: s.EntenteIn, appel: Courtier) -> Response:
    """L'entente vaut sur [debut, fin); son numéro est unique."""
    aujourdhui = jour_de_quebec(appel.horloge())
    return await appel.ecrire(
        conclure_entente,
        corps.commande(uuid7()),
        lambda entente: s.EntenteOut.de(entente, aujourdhui),
        statut=201,
        emplacement=lambda e: f"/v1/ententes-cadres/{e.id}",
    )


@routes.get(
    "/ententes-cadres/{entente_id}", response_model=s.EntenteOut, summary="Lire une entente-cadre"
)
async def lire_entente(entente_id: UUID, appel: Lecteur, le: Jour | None = None) -> Response:
    """L'entente, ses actes, et son état aujourd'hui ou au jour `le`."""
    jour = le or jour_de_quebec(appel.horloge())
    return await appel.lire(
        vues.ENTENTE.de(entente_id),
        lambda ligne: s.EntenteOut.de(vues.entente_lue(ligne), jour),
    )


@routes.post(
    "/ententes-cadres/{entente_id}/actes",
    response_model=s.EntenteOut,
    operation_id="poser_acte_entente",
    summary="Suspendre, reprendre ou finir une entente-cadre (CI-11, CI-14)",
)
async def poser(entente_id: UUID, corps: s.ActeEntenteIn, appel: Courtier) -> Response:
    """L'acte vaut d'aujourd'hui ou d'un jour à venir, jamais d'un jour passé.

    Suspendue ou finie, on n'y contracte plus; ce qui est conclu le demeure. Une fin à venir se
    redate, au plus tard à la fin prévue.
    """
    aujourdhui = jour_de_quebec(appel.horloge())
    return await appel.ecrire(
        poser_acte,
        corps.commande(entente_id),
        lambda entente: s.EntenteOut.de(entente, aujourdhui),
    )
