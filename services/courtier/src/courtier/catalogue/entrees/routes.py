"""Le Catalogue : fournisseurs, ententes-cadres, offres et prix (CI-11, CI-12)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from courtier.catalogue.adaptateurs import vues
from courtier.catalogue.cas_usage import (
    ModifierFournisseur,
    PublierOffre,
    conclure_entente,
    inscrire_fournisseur,
    inscrire_offre,
    modifier_fournisseur,
    modifier_offre,
    publier_offre,
    publier_prix,
)
from courtier.catalogue.domaine import Qualification
from courtier.catalogue.entrees import schemas as s
from courtier.catalogue.entrees.acces import Courtier, Lecteur
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue
from socle.web import (
    SITUE,
    Liste,
    PageDemandee,
    Routeur,
    SansFiltre,
    lu,
    uuid7,
)
from socle.web.champs import Jour

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


@routes.get(
    "/ententes-cadres", response_model=Liste[s.EntenteOut], summary="Lister les ententes-cadres"
)
async def lister_ententes(
    appel: Lecteur,
    filtre: Annotated[vues.FiltreEntentes, lu(vues.FiltreEntentes)],
    page: PageDemandee,
) -> Response:
    """`le` ne retient que celles qui sont en vigueur ce jour-là."""
    aujourdhui = jour_de_quebec(appel.horloge())
    return await appel.lister(
        vues.ENTENTES,
        filtre,
        Liste[s.EntenteOut],
        page=page,
        presenter=lambda ligne: s.EntenteOut.de(vues.entente_de(ligne), aujourdhui),
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
async def lire_entente(entente_id: UUID, appel: Lecteur) -> Response:
    """L'entente, et si elle est en vigueur aujourd'hui."""
    aujourdhui = jour_de_quebec(appel.horloge())
    return await appel.lire(
        vues.ENTENTE.de(entente_id),
        lambda ligne: s.EntenteOut.de(vues.entente_de(ligne), aujourdhui),
    )


@routes.get(
    "/offres", response_model=Liste[s.OffreAvecPrixOut], summary="Consulter les offres du Catalogue"
)
async def lister_offres(
    appel: Lecteur,
    page: PageDemandee,
    categorie: s.Code | None = None,
    fournisseur_id: UUID | None = None,
    qualification: Qualification | None = None,
) -> Response:
    """Chaque offre dans sa version présente, avec le prix qui vaut aujourd'hui."""
    filtre = vues.FiltreOffres(
        le=jour_de_quebec(appel.horloge()),
        publiee=_publiee(appel),
        categorie=categorie,
        fournisseur_id=fournisseur_id,
        qualification=qualification,
    )
    return await appel.lister(
        vues.OFFRES, filtre, Liste[s.OffreAvecPrixOut], page=page, presenter=_avec_prix
    )


@routes.post(
    "/offres",
    status_code=201,
    responses=SITUE,
    response_model=s.OffreOut,
    operation_id="inscrire_offre",
    summary="Inscrire une offre, pas encore publiée (CI-11)",
)
async def inscrire_une_offre(corps: s.OffreIn, appel: Courtier) -> Response:
    """L'offre est du fournisseur de l'entente-cadre; sa catégorie est une des 22 du Catalogue."""
    return await appel.ecrire(
        inscrire_offre,
        corps.commande(uuid7()),
        s.OffreOut.de,
        statut=201,
        emplacement=lambda offre: f"/v1/offres/{offre.id}",
    )


@routes.get(
    "/offres/{offre_id}",
    response_model=s.OffreAvecPrixOut,
    summary="Lire une offre et son prix, aujourd'hui ou à une date",
)
async def lire_offre(offre_id: UUID, appel: Lecteur, le: Jour | None = None) -> Response:
    """`le` : la version et le prix qui valaient, ou vaudront, ce jour-là."""
    return await appel.lire(_offre(offre_id, appel, le), _avec_prix)


@routes.get(
    "/offres/{offre_id}/versions",
    response_model=Liste[s.OffreOut],
    operation_id="lister_versions_offre",
    summary="Consulter toutes les versions d'une offre (CI-12)",
)
async def lister_versions(offre_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """De la première à la présente; toutes restent consultables."""
    return await appel.lister(
        vues.VERSIONS,
        vues.FiltreVersions(id=offre_id, publiee=_publiee(appel)),
        Liste[s.OffreOut],
        page=page,
        sous=_offre(offre_id, appel),
    )


@routes.post(
    "/offres/{offre_id}/versions",
    status_code=201,
    response_model=s.OffreOut,
    operation_id="modifier_offre",
    summary="Donner une nouvelle version à une offre, en tout temps (CI-12)",
)
async def modifier_une_offre(offre_id: UUID, corps: s.OffreIn, appel: Courtier) -> Response:
    """Le corps remplace toutes les caractéristiques; une offre publiée le reste."""
    return await appel.ecrire(modifier_offre, corps.commande(offre_id), s.OffreOut.de, statut=201)


@routes.post(
    "/offres/{offre_id}/publication",
    response_model=s.OffreOut,
    operation_id="publier_offre",
    summary="Publier une offre au Catalogue (CI-11)",
)
async def publier(offre_id: UUID, appel: Courtier) -> Response:
    """L'offre devient visible des organismes; qualifiée, elle peut se contracter."""
    return await appel.ecrire(publier_offre, PublierOffre(offre_id=offre_id), s.OffreOut.de)


@routes.get(
    "/offres/{offre_id}/prix",
    response_model=Liste[s.PrixOut],
    operation_id="lister_prix_offre",
    summary="Consulter toutes les versions du prix, ou celle d'une date (CI-12)",
)
async def lister_prix(
    offre_id: UUID, appel: Lecteur, page: PageDemandee, le: Jour | None = None
) -> Response:
    """`le` ne retient que la version qui vaut ce jour-là, s'il y en a une."""
    return await appel.lister(
        vues.PRIX,
        vues.FiltrePrix(offre_id=offre_id, le=le),
        Liste[s.PrixOut],
        page=page,
        sous=_offre(offre_id, appel),
        presenter=lambda ligne: s.PrixOut.de(vues.prix_lu(ligne)),
    )


@routes.post(
    "/offres/{offre_id}/prix",
    status_code=201,
    response_model=s.PrixOut,
    operation_id="publier_prix_offre",
    summary="Publier un prix, au premier jour ouvrable d'un mois (CI-12)",
)
async def publier_un_prix(offre_id: UUID, corps: s.PrixIn, appel: Courtier) -> Response:
    """La date d'effet est le premier jour ouvrable d'un mois, aujourd'hui ou plus tard.

    Une base et ce qui s'y ajoute, avec leurs modalités; ou, forme courte, `prix` seul : une base
    par unité et par mois, ferme, payée par période, sans baisse (CI-14).
    """
    return await appel.ecrire(publier_prix, corps.commande(offre_id), s.PrixOut.de, statut=201)


def _avec_prix(ligne: Ligne) -> s.OffreAvecPrixOut:
    return s.OffreAvecPrixOut.lue(ligne, vues.prix_du_jour(ligne))


def _publiee(appel: Lecteur) -> bool | None:
    """Le filtre de qui ne voit que le publié : un organisme (CI-11)."""
    return None if appel.acteur.est_mcn else True


def _offre(offre_id: UUID, appel: Lecteur, le: date | None = None) -> Vue[Ligne]:
    """L'offre que l'appelant peut voir, ce jour-là ou aujourd'hui."""
    jour = le or jour_de_quebec(appel.horloge())
    return vues.offre(offre_id, le=jour, publiee=_publiee(appel))
