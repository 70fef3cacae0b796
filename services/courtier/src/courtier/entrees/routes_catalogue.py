"""Le Catalogue : fournisseurs, ententes-cadres, offres et prix (CI-11, CI-12)."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from courtier.adaptateurs import tables as t
from courtier.adaptateurs import vues
from courtier.adaptateurs.lignes import Ligne, entente_de, fournisseur_de, offre_de, prix_de
from courtier.cas_usage.conclure_entente import conclure_entente
from courtier.cas_usage.inscrire_fournisseur import inscrire_fournisseur
from courtier.cas_usage.inscrire_offre import InscrireOffre, inscrire_offre
from courtier.cas_usage.modifier_fournisseur import ModifierFournisseur, modifier_fournisseur
from courtier.cas_usage.modifier_offre import ModifierOffre, modifier_offre
from courtier.cas_usage.publier_offre import PublierOffre, publier_offre
from courtier.cas_usage.publier_prix import publier_prix
from courtier.domaine.offres import Qualification
from courtier.entrees.acces import AppelCourtier, LectureCatalogue
from courtier.entrees.champs import Code, Jour
from courtier.entrees.schemas_catalogue import (
    EntenteIn,
    EntenteOut,
    FournisseurIn,
    FournisseurOut,
    FournisseurPatch,
    OffreAvecPrixOut,
    OffreIn,
    OffreOut,
    PrixIn,
    PrixOut,
)
from socle.noyau import jour_de_quebec
from socle.web import Liste, PageDemandee, uuid7

routes = APIRouter(prefix="/v1", tags=["Catalogue"])


@routes.get(
    "/fournisseurs", response_model=Liste[FournisseurOut], summary="Lister les fournisseurs"
)
async def lister_fournisseurs(appel: LectureCatalogue, page: PageDemandee) -> Response:
    """Les fiches du Catalogue, dans l'ordre d'inscription."""
    return await appel.lister(
        vues.fournisseurs(),
        Liste[FournisseurOut],
        cles=(t.fournisseurs.c.id,),
        page=page,
        presenter=_fournisseur,
    )


@routes.post(
    "/fournisseurs",
    status_code=201,
    response_model=FournisseurOut,
    summary="Inscrire un fournisseur (CI-11)",
)
async def inscrire(corps: FournisseurIn, appel: AppelCourtier) -> Response:
    """Le NEQ, s'il est donné, est celui d'un seul fournisseur."""
    return await appel.ecrire(
        inscrire_fournisseur,
        corps.commande(uuid7()),
        FournisseurOut.de,
        statut=201,
        emplacement=lambda f: f"/v1/fournisseurs/{f.id}",
    )


@routes.get(
    "/fournisseurs/{fournisseur_id}", response_model=FournisseurOut, summary="Lire un fournisseur"
)
async def lire_fournisseur(fournisseur_id: UUID, appel: LectureCatalogue) -> Response:
    """La fiche présente; sa version est l'ETag."""
    return await appel.lire(lambda cx: vues.un(cx, vues.fournisseur(fournisseur_id), _fournisseur))


@routes.patch(
    "/fournisseurs/{fournisseur_id}",
    response_model=FournisseurOut,
    summary="Modifier la fiche d'un fournisseur (CI-11)",
)
async def modifier(fournisseur_id: UUID, corps: FournisseurPatch, appel: AppelCourtier) -> Response:
    """Seuls les champs reçus changent; `If-Match` porte la version lue."""
    commande = ModifierFournisseur(
        fournisseur_id=fournisseur_id,
        version_lue=appel.version_attendue,
        changements=corps.changements(),
    )
    return await appel.ecrire(modifier_fournisseur, commande, FournisseurOut.de)


@routes.get(
    "/ententes-cadres", response_model=Liste[EntenteOut], summary="Lister les ententes-cadres"
)
async def lister_ententes(
    appel: LectureCatalogue,
    page: PageDemandee,
    fournisseur_id: UUID | None = None,
    le: Jour | None = None,
) -> Response:
    """`le` ne retient que celles qui sont en vigueur ce jour-là."""
    aujourdhui = jour_de_quebec(appel.horloge())
    return await appel.lister(
        vues.ententes(fournisseur_id=fournisseur_id, le=le),
        Liste[EntenteOut],
        cles=(t.ententes.c.id,),
        page=page,
        presenter=lambda ligne: EntenteOut.de(entente_de(ligne), aujourdhui),
    )


@routes.post(
    "/ententes-cadres",
    status_code=201,
    response_model=EntenteOut,
    summary="Consigner une entente-cadre conclue (CI-11)",
)
async def conclure(corps: EntenteIn, appel: AppelCourtier) -> Response:
    """L'entente vaut sur [debut, fin); son numéro est unique."""
    aujourdhui = jour_de_quebec(appel.horloge())
    return await appel.ecrire(
        conclure_entente,
        corps.commande(uuid7()),
        lambda entente: EntenteOut.de(entente, aujourdhui),
        statut=201,
        emplacement=lambda e: f"/v1/ententes-cadres/{e.id}",
    )


@routes.get(
    "/ententes-cadres/{entente_id}", response_model=EntenteOut, summary="Lire une entente-cadre"
)
async def lire_entente(entente_id: UUID, appel: LectureCatalogue) -> Response:
    """L'entente, et si elle est en vigueur aujourd'hui."""
    aujourdhui = jour_de_quebec(appel.horloge())
    return await appel.lire(
        lambda cx: vues.un(
            cx,
            vues.entente(entente_id),
            lambda ligne: EntenteOut.de(entente_de(ligne), aujourdhui),
        )
    )


@routes.get(
    "/offres", response_model=Liste[OffreAvecPrixOut], summary="Consulter les offres du Catalogue"
)
async def lister_offres(
    appel: LectureCatalogue,
    page: PageDemandee,
    categorie: Code | None = None,
    fournisseur_id: UUID | None = None,
    qualification: Qualification | None = None,
) -> Response:
    """Chaque offre dans sa version présente, avec le prix qui vaut aujourd'hui."""
    requete = vues.offres(
        le=jour_de_quebec(appel.horloge()),
        publiee=not appel.acteur.est_mcn,
        categorie=categorie,
        fournisseur_id=fournisseur_id,
        qualification=qualification,
    )
    return await appel.lister(
        requete,
        Liste[OffreAvecPrixOut],
        cles=(t.offres_versions.c.offre_id,),
        page=page,
        presenter=_offre_avec_prix,
    )


@routes.post(
    "/offres",
    status_code=201,
    response_model=OffreOut,
    summary="Inscrire une offre, pas encore publiée (CI-11)",
)
async def inscrire_une_offre(corps: OffreIn, appel: AppelCourtier) -> Response:
    """L'offre est du fournisseur de l'entente-cadre; sa catégorie est une des 22 du Catalogue."""
    return await appel.ecrire(
        inscrire_offre,
        InscrireOffre(offre_id=uuid7(), caracteristiques=corps.caracteristiques()),
        OffreOut.de,
        statut=201,
        emplacement=lambda offre: f"/v1/offres/{offre.id}",
    )


@routes.get(
    "/offres/{offre_id}",
    response_model=OffreAvecPrixOut,
    summary="Lire une offre et son prix, aujourd'hui ou à une date",
)
async def lire_offre(offre_id: UUID, appel: LectureCatalogue, le: Jour | None = None) -> Response:
    """`le` : la version et le prix qui valaient, ou vaudront, ce jour-là."""
    jour = le or jour_de_quebec(appel.horloge())
    requete = vues.offre(offre_id, le=jour, publiee=not appel.acteur.est_mcn)
    return await appel.lire(lambda cx: vues.un(cx, requete, _offre_avec_prix))


@routes.get(
    "/offres/{offre_id}/versions",
    response_model=Liste[OffreOut],
    summary="Consulter toutes les versions d'une offre (CI-12)",
)
async def lister_versions(offre_id: UUID, appel: LectureCatalogue, page: PageDemandee) -> Response:
    """De la première à la présente; toutes restent consultables."""
    return await appel.lister(
        vues.offre_versions(offre_id, publiee=not appel.acteur.est_mcn),
        Liste[OffreOut],
        cles=(t.offres_versions.c.version,),
        page=page,
        presenter=lambda ligne: OffreOut.de(offre_de(ligne)),
    )


@routes.post(
    "/offres/{offre_id}/versions",
    status_code=201,
    response_model=OffreOut,
    summary="Donner une nouvelle version à une offre, en tout temps (CI-12)",
)
async def modifier_une_offre(offre_id: UUID, corps: OffreIn, appel: AppelCourtier) -> Response:
    """Le corps remplace toutes les caractéristiques; une offre publiée le reste."""
    return await appel.ecrire(
        modifier_offre,
        ModifierOffre(offre_id=offre_id, caracteristiques=corps.caracteristiques()),
        OffreOut.de,
        statut=201,
    )


@routes.post(
    "/offres/{offre_id}/publication",
    response_model=OffreOut,
    summary="Publier une offre au Catalogue (CI-11)",
)
async def publier(offre_id: UUID, appel: AppelCourtier) -> Response:
    """L'offre devient visible des organismes; qualifiée, elle peut se contracter."""
    return await appel.ecrire(publier_offre, PublierOffre(offre_id=offre_id), OffreOut.de)


@routes.get(
    "/offres/{offre_id}/prix",
    response_model=Liste[PrixOut],
    summary="Consulter toutes les versions du prix, ou celle d'une date (CI-12)",
)
async def lister_prix(
    offre_id: UUID, appel: LectureCatalogue, page: PageDemandee, le: Jour | None = None
) -> Response:
    """`le` ne retient que la version qui vaut ce jour-là, s'il y en a une."""
    requete = vues.prix(offre_id, le=le)
    return await appel.lister(
        requete,
        Liste[PrixOut],
        cles=(requete.selected_columns["version"],),
        page=page,
        presenter=lambda ligne: PrixOut.de(prix_de(ligne)),
    )


@routes.post(
    "/offres/{offre_id}/prix",
    status_code=201,
    response_model=PrixOut,
    summary="Publier un prix, au premier jour ouvrable d'un mois (CI-12)",
)
async def publier_un_prix(offre_id: UUID, corps: PrixIn, appel: AppelCourtier) -> Response:
    """La date d'effet est le premier jour ouvrable d'un mois, aujourd'hui ou plus tard."""
    return await appel.ecrire(publier_prix, corps.commande(offre_id), PrixOut.de, statut=201)


def _fournisseur(ligne: Ligne) -> FournisseurOut:
    return FournisseurOut.de(fournisseur_de(ligne))


def _offre_avec_prix(ligne: Ligne) -> OffreAvecPrixOut:
    return OffreAvecPrixOut.avec(*vues.offre_et_prix(ligne))
