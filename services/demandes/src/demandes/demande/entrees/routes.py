"""Les routes des demandes : tout le cycle de vie DEM-4."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from demandes.corps import RectificationIn
from demandes.demande.adaptateurs import vues
from demandes.demande.cas_usage import (
    RectifierDemande,
    creer_demande,
    lire_chronologie,
    poser_geste,
    rectifier_demande,
)
from demandes.demande.domaine.demande import Geste
from demandes.demande.entrees.acces import (
    Csc,
    Demandeur,
    Lecture,
    Rectificateur,
    SignataireSeul,
)
from demandes.demande.entrees.schemas import (
    CompletionIn,
    DemandeIn,
    DemandeOut,
    FaitIn,
    LigneChronologieOut,
    LivraisonIn,
    MotifFacultatifIn,
    MotifIn,
    RefusIn,
    ReouvertureIn,
    SansCorpsIn,
)
from demandes.demande.ports import Ports
from socle.web import (
    SITUE,
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    lu,
    uuid7,
)

routes = Routeur(prefix="/v1/demandes", tags=["demandes"])
_VIDE = SansCorpsIn()
_FAIT = FaitIn()
_SANS_MOTIF = MotifFacultatifIn()
_SANS_TRAVAUX = CompletionIn()


async def _poser(
    appel: Appel[Ports], demande_id: UUID, geste: Geste, corps: SansCorpsIn
) -> Response:
    voulu = corps.intention(demande_id, geste)
    return await appel.ecrire(poser_geste, voulu, DemandeOut.model_validate)


@routes.get(
    "",
    response_model=Liste[DemandeOut],
    operation_id="lister_demandes",
    summary="Lister les demandes, les plus récentes d'abord",
)
async def lister(
    appel: Lecture,
    filtre: Annotated[vues.FiltreDemandes, lu(vues.FiltreDemandes)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que les siennes; le MCN, toutes."""
    return await appel.lister(vues.DEMANDES, filtre, Liste[DemandeOut], page=page)


@routes.post(
    "",
    status_code=201,
    responses=SITUE,
    response_model=DemandeOut,
    operation_id="creer_demande",
    summary="Créer une demande, en brouillon ou soumise (DEM-1, DEM-2)",
)
async def creer(corps: DemandeIn, appel: Demandeur) -> Response:
    """Chaque unité devient un article. Un produit inconnu, retiré ou réservé est refusé (409)."""
    organisme = appel.organisme(corps.organisme)
    return await appel.ecrire(
        creer_demande,
        corps.commande(uuid7(), organisme),
        DemandeOut.model_validate,
        statut=201,
        emplacement=lambda demande: f"/v1/demandes/{demande.id}",
    )


@routes.get(
    "/{demande_id}",
    response_model=DemandeOut,
    operation_id="lire_demande",
    summary="Lire une demande",
)
async def lire(demande_id: UUID, appel: Lecture) -> Response:
    """La demande d'un autre organisme est introuvable (404)."""
    return await appel.lire(vues.DEMANDE.de(demande_id), DemandeOut.model_validate)


@routes.get(
    "/{demande_id}/chronologie",
    response_model=Liste[LigneChronologieOut],
    operation_id="lire_chronologie_demande",
    summary="Lire la chronologie d'une demande (DEM-4, DEM-12)",
)
async def chronologie(demande_id: UUID, appel: Lecture, page: PageDemandee) -> Response:
    """La création, puis chaque geste dans l'ordre où il est survenu, rectifiés et nuls compris."""
    return await appel.parcourir(
        lambda ports: lire_chronologie(demande_id, ports),
        Liste[LigneChronologieOut],
        page=page,
        presenter=LigneChronologieOut.de,
    )


@routes.post(
    "/{demande_id}/soumission",
    response_model=DemandeOut,
    operation_id="soumettre_demande",
    summary="Soumettre un brouillon (DEM-4)",
)
async def soumettre(demande_id: UUID, appel: Demandeur, corps: SansCorpsIn = _VIDE) -> Response:
    """Les faits de mesure sont ceux de cet instant; les produits doivent être encore offerts."""
    return await _poser(appel, demande_id, Geste.SOUMETTRE, corps)


@routes.post(
    "/{demande_id}/approbation",
    response_model=DemandeOut,
    operation_id="approuver_demande",
    summary="Approuver une demande (DEM-3)",
)
async def approuver(
    demande_id: UUID, appel: SignataireSeul, corps: SansCorpsIn = _VIDE
) -> Response:
    """Un signataire au registre ce jour-là, ou son substitut; sinon 403 (DEM-3)."""
    return await _poser(appel, demande_id, Geste.APPROUVER, corps)


@routes.post(
    "/{demande_id}/refus",
    response_model=DemandeOut,
    operation_id="refuser_demande",
    summary="Refuser une demande (DEM-3)",
)
async def refuser(demande_id: UUID, corps: RefusIn, appel: SignataireSeul) -> Response:
    """Une étape refusée refuse la demande; mêmes pouvoirs que l'approbation."""
    return await _poser(appel, demande_id, Geste.REFUSER, corps)


@routes.post(
    "/{demande_id}/prise-en-charge",
    response_model=DemandeOut,
    operation_id="prendre_en_charge_demande",
    summary="Prendre une demande en charge (DEM-4)",
)
async def prendre(demande_id: UUID, appel: Csc, corps: FaitIn = _FAIT) -> Response:
    """D'une demande créée sans approbation requise, ou approuvée."""
    return await _poser(appel, demande_id, Geste.PRENDRE_EN_CHARGE, corps)


@routes.post(
    "/{demande_id}/suspension",
    response_model=DemandeOut,
    operation_id="suspendre_demande",
    summary="Suspendre une demande (DEM-4)",
)
async def suspendre(demande_id: UUID, corps: MotifIn, appel: Csc) -> Response:
    """En attente du client : le motif est requis."""
    return await _poser(appel, demande_id, Geste.SUSPENDRE, corps)


@routes.post(
    "/{demande_id}/reprise",
    response_model=DemandeOut,
    operation_id="reprendre_demande",
    summary="Reprendre une demande suspendue (DEM-4)",
)
async def reprendre(demande_id: UUID, corps: MotifIn, appel: Csc) -> Response:
    """La suspension est levée; le motif est requis."""
    return await _poser(appel, demande_id, Geste.REPRENDRE, corps)


@routes.post(
    "/{demande_id}/livraison",
    response_model=DemandeOut,
    operation_id="livrer_article",
    summary="Livrer un article (DEM-4, DEM-7)",
)
async def livrer(demande_id: UUID, corps: LivraisonIn, appel: Csc) -> Response:
    """Crée l'actif; le dernier article complète la demande."""
    return await _poser(appel, demande_id, Geste.LIVRER, corps)


@routes.post(
    "/{demande_id}/completion",
    response_model=DemandeOut,
    operation_id="completer_demande",
    summary="Compléter ce qui ne livre pas de produit (DEM-4)",
)
async def completer(demande_id: UUID, appel: Csc, corps: CompletionIn = _SANS_TRAVAUX) -> Response:
    """Un aménagement, un soutien étendu, un lien; un produit à livrer la refuse (409)."""
    return await _poser(appel, demande_id, Geste.COMPLETER, corps)


@routes.post(
    "/{demande_id}/annulation",
    response_model=DemandeOut,
    operation_id="annuler_demande",
    summary="Annuler une demande (DEM-4)",
)
async def annuler(
    demande_id: UUID, appel: Demandeur, corps: MotifFacultatifIn = _SANS_MOTIF
) -> Response:
    """Avant la complétion; une demande annulée n'est pas mesurée."""
    return await _poser(appel, demande_id, Geste.ANNULER, corps)


@routes.post(
    "/{demande_id}/reouverture",
    response_model=DemandeOut,
    operation_id="rouvrir_demande",
    summary="Rouvrir une demande complétée (DEM-4)",
)
async def rouvrir(demande_id: UUID, corps: ReouvertureIn, appel: Demandeur) -> Response:
    """Les articles nommés, ou tous, sont à livrer de nouveau."""
    return await _poser(appel, demande_id, Geste.ROUVRIR, corps)


@routes.post(
    "/{demande_id}/redirection",
    response_model=DemandeOut,
    operation_id="rediriger_demande",
    summary="Rediriger vers le développement de solutions (DEM-6)",
)
async def rediriger(
    demande_id: UUID, appel: Csc, corps: MotifFacultatifIn = _SANS_MOTIF
) -> Response:
    """Fin non mesurée."""
    return await _poser(appel, demande_id, Geste.REDIRIGER, corps)


@routes.post(
    "/{demande_id}/rectification",
    response_model=DemandeOut,
    operation_id="rectifier_demande",
    summary="Rectifier des actes inscrits (DEM-13)",
)
async def rectifier(demande_id: UUID, corps: RectificationIn, appel: Rectificateur) -> Response:
    """Heure juste ou nullité, tous ou aucun; refusé (409) si le reste ne suit plus DEM-4."""
    commande = RectifierDemande(demande_id=demande_id, justes=corps.justes, motif=corps.motif)
    return await appel.ecrire(rectifier_demande, commande, DemandeOut.model_validate)
