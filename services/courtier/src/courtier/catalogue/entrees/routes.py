"""Les offres du Catalogue, leurs versions et leurs prix (CI-11, CI-12)."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import JSONResponse, Response

from courtier.catalogue.adaptateurs import vues
from courtier.catalogue.cas_usage import (
    ComparerVersions,
    PublierOffre,
    comparer_versions,
    inscrire_offre,
    modifier_offre,
    publier_offre,
    publier_prix,
    retirer_offre,
)
from courtier.catalogue.domaine import EtatOffre, Prix, Zone, premier_ouvrable_deplace
from courtier.catalogue.entrees import schemas as s
from courtier.catalogue.entrees.acces import Courtier, Lecteur
from courtier.catalogue.entrees.schemas_fournisseurs import Code
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne
from socle.bd.recherche import motifs
from socle.bd.vues import Vue
from socle.champs import Jour, NomFacultatif
from socle.web import SITUE, Liste, PageDemandee, Routeur, uuid7

Mots = Annotated[
    NomFacultatif,
    Query(description="Mots du titre, de la description, de la catégorie, du fournisseur."),
]
DansLaZone = Annotated[Zone | None, Query(description="Un de ses lieux d'hébergement y est.")]
PrixMaximum = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{1,8}(\.[0-9]{1,6})?$",
        description="Dollars de la base, par unité et par mois : une base à l'année y compte pour"
        " le douzième; payée une seule fois, elle n'y répond pas.",
        examples=["12.50"],
    ),
]

routes = Routeur(prefix="/v1", tags=["catalogue"])


@routes.get(
    "/offres", response_model=Liste[s.OffreAvecPrixOut], summary="Consulter les offres du Catalogue"
)
async def lister_offres(
    appel: Lecteur,
    page: PageDemandee,
    q: Mots = "",
    categorie: Code | None = None,
    fournisseur_id: UUID | None = None,
    qualification: EtatOffre | None = None,
    zone: DansLaZone = None,
    prix_maximum: PrixMaximum = None,
) -> Response:
    """Le tableau synthèse : chaque offre dans sa version présente, au prix qui vaut aujourd'hui.

    Tous les mots de `q` doivent s'y trouver; ni les accents ni la casse ne comptent.
    """
    jour = jour_de_quebec(appel.horloge())
    filtre = vues.FiltreOffres(
        le=jour,
        publiee=_publiee(appel),
        categorie=categorie,
        fournisseur_id=fournisseur_id,
        qualification=qualification,
        zone=zone,
        prix_maximum=None if prix_maximum is None else Decimal(prix_maximum),
        mots=motifs(q),
    )
    return await appel.lister(
        vues.OFFRES,
        filtre,
        Liste[s.OffreAvecPrixOut],
        page=page,
        presenter=lambda ligne: _avec_prix(ligne, jour),
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
    """`le` : la version, l'état et le prix qui valaient, ou vaudront, ce jour-là."""
    jour = le or jour_de_quebec(appel.horloge())
    return await appel.lire(_offre(offre_id, appel, le), lambda ligne: _avec_prix(ligne, jour))


@routes.get(
    "/offres/{offre_id}/versions",
    response_model=Liste[s.OffreOut] | s.ComparaisonOut,
    operation_id="lister_versions_offre",
    summary="Consulter toutes les versions d'une offre, ou en comparer deux (CI-12)",
)
async def lister_versions(
    offre_id: UUID,
    appel: Lecteur,
    page: PageDemandee,
    entre: Annotated[
        str | None,
        Query(
            pattern=r"^[1-9][0-9]{0,8},[1-9][0-9]{0,8}$",
            description="Deux versions à comparer.",
            examples=["2,5"],
        ),
    ] = None,
) -> Response:
    """De la première à la présente; toutes restent consultables.

    `entre` : ce qui diffère d'une version à l'autre, avant et après, et le prix de leur dernier
    jour (aujourd'hui, de la présente).
    """
    if entre is None:
        return await appel.lister(
            vues.VERSIONS,
            vues.FiltreVersions(id=offre_id, publiee=_publiee(appel)),
            Liste[s.OffreOut],
            page=page,
            presenter=lambda ligne: s.OffreOut.de(vues.offre_lue(ligne)),
            sous=_offre(offre_id, appel),
        )
    avant, apres = map(int, entre.split(","))
    demandee = ComparerVersions(
        offre_id=offre_id,
        avant=avant,
        apres=apres,
        le=jour_de_quebec(appel.horloge()),
        publiee=_publiee(appel) is True,
    )
    lues = await appel.consulter(partial(comparer_versions, demandee))
    comparaison = s.ComparaisonOut(
        offre_id=offre_id,
        avant=avant,
        apres=apres,
        differences=tuple(map(s.DifferenceOut.de, lues)),
    )
    return JSONResponse(comparaison.model_dump(mode="json"))


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


@routes.post(
    "/offres/{offre_id}/retrait",
    response_model=s.OffreOut,
    operation_id="retirer_offre",
    summary="Retirer une offre du Catalogue (CI-11)",
)
async def retirer(offre_id: UUID, corps: s.RetraitOffreIn, appel: Courtier) -> Response:
    """Du jour dit, elle n'entre plus dans un contrat ni un scénario.

    Les contrats en cours la gardent jusqu'à leur fin. D'ici là, le retrait se redate.
    """
    return await appel.ecrire(retirer_offre, corps.commande(offre_id), s.OffreOut.de)


@routes.get(
    "/offres/{offre_id}/prix",
    response_model=Liste[s.PrixDateOut],
    operation_id="lister_prix_offre",
    summary="Consulter toutes les versions du prix, ou celle d'une date (CI-12)",
)
async def lister_prix(
    offre_id: UUID, appel: Lecteur, page: PageDemandee, le: Jour | None = None
) -> Response:
    """`le` ne retient que la version qui vaut ce jour-là, s'il y en a une.

    Un prix publié garde sa date, même si le calendrier fait de ce jour un férié; la réponse le dit.
    """
    calendrier = await appel.consulter(lambda ports: ports.calendriers.applique())

    def presenter(ligne: Ligne) -> s.PrixDateOut:
        prix: Prix = vues.prix_lu(ligne)
        return s.PrixDateOut.lu(prix, premier_ouvrable_deplace(prix, calendrier))

    return await appel.lister(
        vues.PRIX,
        vues.FiltrePrix(offre_id=offre_id, le=le),
        Liste[s.PrixDateOut],
        page=page,
        sous=_offre(offre_id, appel),
        presenter=presenter,
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


def _avec_prix(ligne: Ligne, le: date) -> s.OffreAvecPrixOut:
    return s.OffreAvecPrixOut.lue(vues.offre_lue(ligne), vues.prix_du_jour(ligne), le)


def _publiee(appel: Lecteur) -> bool | None:
    """Le filtre de qui ne voit que le publié : un organisme (CI-11)."""
    return None if appel.acteur.est_mcn else True


def _offre(offre_id: UUID, appel: Lecteur, le: date | None = None) -> Vue[Ligne]:
    """L'offre que l'appelant peut voir, ce jour-là ou aujourd'hui."""
    jour = le or jour_de_quebec(appel.horloge())
    return vues.offre(offre_id, le=jour, publiee=_publiee(appel))
