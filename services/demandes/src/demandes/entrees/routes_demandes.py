"""Les routes des demandes : tout le cycle de vie DEM-4."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme
from demandes.adaptateurs import vues
from demandes.adaptateurs.tables import demandes, passages
from demandes.cas_usage.annuler_demande import AnnulerDemande, annuler_demande
from demandes.cas_usage.approuver_demande import ApprouverDemande, approuver_demande
from demandes.cas_usage.completer_demande import CompleterDemande, completer_demande
from demandes.cas_usage.creer_demande import creer_demande
from demandes.cas_usage.livrer_article import LivrerArticle, livrer_article
from demandes.cas_usage.prendre_en_charge import PrendreEnCharge, prendre_en_charge
from demandes.cas_usage.rediriger_demande import RedirigerDemande, rediriger_demande
from demandes.cas_usage.refuser_demande import RefuserDemande, refuser_demande
from demandes.cas_usage.reprendre_demande import ReprendreDemande, reprendre_demande
from demandes.cas_usage.rouvrir_demande import RouvrirDemande, rouvrir_demande
from demandes.cas_usage.soumettre_demande import SoumettreDemande, soumettre_demande
from demandes.cas_usage.suspendre_demande import SuspendreDemande, suspendre_demande
from demandes.domaine.demande import Etat, Sorte
from demandes.entrees.acces import (
    Csc,
    Demandeur,
    Lecture,
    SignataireSeul,
    organisme_filtre,
    organisme_vise,
)
from demandes.entrees.schemas_demandes import (
    CompletionIn,
    DemandeIn,
    DemandeOut,
    FaitIn,
    LivraisonIn,
    MotifFacultatifIn,
    MotifIn,
    PassageOut,
    RefusIn,
    ReouvertureIn,
    SansCorpsIn,
)
from socle.web import Liste, PageDemandee, uuid7

routes = APIRouter(prefix="/v1/demandes", tags=["demandes"])
_VIDE = SansCorpsIn()
_FAIT = FaitIn()
_SANS_MOTIF = MotifFacultatifIn()
_SANS_TRAVAUX = CompletionIn()


@routes.get(
    "",
    response_model=Liste[DemandeOut],
    summary="Lister les demandes, les plus récentes d'abord",
)
async def lister(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: Etat | None = None,
    sorte: Sorte | None = None,
    numero: Annotated[str | None, Query(pattern=r"^D-\d{4}-\d{6,12}$")] = None,
) -> Response:
    """Un organisme ne voit que les siennes; le MCN, toutes."""
    requete = vues.lister(
        demandes,
        organisme=organisme_filtre(appel.acteur, organisme),
        etat=etat,
        sorte=sorte,
        numero=numero,
    )
    return await appel.lister(
        requete,
        Liste[DemandeOut],
        cles=(demandes.c.id,),
        page=page,
        decroissant=True,
    )


@routes.post(
    "",
    status_code=201,
    response_model=DemandeOut,
    summary="Créer une demande, en brouillon ou soumise (DEM-1, DEM-2)",
)
async def creer(corps: DemandeIn, appel: Demandeur) -> Response:
    """Chaque unité devient un article. Un produit inconnu, retiré ou réservé est refusé (409)."""
    organisme = organisme_vise(appel.acteur, corps.organisme)
    return await appel.ecrire(
        creer_demande,
        corps.commande(uuid7(), organisme),
        DemandeOut.model_validate,
        statut=201,
        emplacement=lambda demande: f"/v1/demandes/{demande.id}",
    )


@routes.get("/{demande_id}", response_model=DemandeOut, summary="Lire une demande")
async def lire(demande_id: UUID, appel: Lecture) -> Response:
    """La demande d'un autre organisme est introuvable (404)."""
    return await appel.lire(_une(demande_id))


@routes.get(
    "/{demande_id}/chronologie",
    response_model=Liste[PassageOut],
    summary="Lire la chronologie d'une demande (DEM-4)",
)
async def chronologie(demande_id: UUID, appel: Lecture, page: PageDemandee) -> Response:
    """Chaque passage, dans l'ordre où il a été enregistré, avec l'instant où il est survenu."""
    await appel.lire_brut(_une(demande_id))
    return await appel.lister(
        vues.lister(passages, demande_id=demande_id),
        Liste[PassageOut],
        cles=(passages.c.rang,),
        page=page,
    )


@routes.post(
    "/{demande_id}/soumission", response_model=DemandeOut, summary="Soumettre un brouillon (DEM-4)"
)
async def soumettre(demande_id: UUID, appel: Demandeur, _: SansCorpsIn = _VIDE) -> Response:
    """Les faits de mesure sont ceux de cet instant; les produits doivent être encore offerts."""
    commande = SoumettreDemande(demande_id=demande_id)
    return await appel.ecrire(soumettre_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/approbation", response_model=DemandeOut, summary="Approuver une demande (DEM-3)"
)
async def approuver(demande_id: UUID, appel: SignataireSeul, _: SansCorpsIn = _VIDE) -> Response:
    """Un signataire au registre ce jour-là, ou son substitut; sinon 403 (DEM-3)."""
    commande = ApprouverDemande(demande_id=demande_id)
    return await appel.ecrire(approuver_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/refus", response_model=DemandeOut, summary="Refuser une demande (DEM-3)"
)
async def refuser(demande_id: UUID, corps: RefusIn, appel: SignataireSeul) -> Response:
    """Une étape refusée refuse la demande; mêmes pouvoirs que l'approbation."""
    commande = RefuserDemande(demande_id=demande_id, motif=corps.motif)
    return await appel.ecrire(refuser_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/prise-en-charge",
    response_model=DemandeOut,
    summary="Prendre une demande en charge (DEM-4)",
)
async def prendre(demande_id: UUID, appel: Csc, corps: FaitIn = _FAIT) -> Response:
    """D'une demande créée sans approbation requise, ou approuvée."""
    commande = PrendreEnCharge(demande_id=demande_id, survenu_le=corps.survenu_le)
    return await appel.ecrire(prendre_en_charge, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/suspension", response_model=DemandeOut, summary="Suspendre une demande (DEM-4)"
)
async def suspendre(demande_id: UUID, corps: MotifIn, appel: Csc) -> Response:
    """En attente du client : le motif est requis."""
    commande = SuspendreDemande(
        demande_id=demande_id, motif=corps.motif, survenu_le=corps.survenu_le
    )
    return await appel.ecrire(suspendre_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/reprise",
    response_model=DemandeOut,
    summary="Reprendre une demande suspendue (DEM-4)",
)
async def reprendre(demande_id: UUID, corps: MotifIn, appel: Csc) -> Response:
    """La suspension est levée; le motif est requis."""
    commande = ReprendreDemande(
        demande_id=demande_id, motif=corps.motif, survenu_le=corps.survenu_le
    )
    return await appel.ecrire(reprendre_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/livraison", response_model=DemandeOut, summary="Livrer un article (DEM-4, DEM-7)"
)
async def livrer(demande_id: UUID, corps: LivraisonIn, appel: Csc) -> Response:
    """Crée l'actif; le dernier article complète la demande."""
    commande = LivrerArticle(
        demande_id=demande_id, article_id=corps.article_id, survenu_le=corps.survenu_le
    )
    return await appel.ecrire(livrer_article, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/completion",
    response_model=DemandeOut,
    summary="Compléter un aménagement ou un soutien étendu (DEM-4)",
)
async def completer(demande_id: UUID, appel: Csc, corps: CompletionIn = _SANS_TRAVAUX) -> Response:
    """Un produit qui reste à livrer la refuse (409)."""
    commande = CompleterDemande(
        demande_id=demande_id,
        travaux=tuple(travail.valeur() for travail in corps.travaux),
        survenu_le=corps.survenu_le,
    )
    return await appel.ecrire(completer_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/annulation", response_model=DemandeOut, summary="Annuler une demande (DEM-4)"
)
async def annuler(
    demande_id: UUID, appel: Demandeur, corps: MotifFacultatifIn = _SANS_MOTIF
) -> Response:
    """Avant la complétion; une demande annulée n'est pas mesurée."""
    commande = AnnulerDemande(demande_id=demande_id, motif=corps.motif, survenu_le=corps.survenu_le)
    return await appel.ecrire(annuler_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/reouverture",
    response_model=DemandeOut,
    summary="Rouvrir une demande complétée (DEM-4)",
)
async def rouvrir(demande_id: UUID, corps: ReouvertureIn, appel: Demandeur) -> Response:
    """Les articles nommés, ou tous, sont à livrer de nouveau."""
    commande = RouvrirDemande(
        demande_id=demande_id,
        motif=corps.motif,
        articles=None if corps.articles is None else frozenset(corps.articles),
        survenu_le=corps.survenu_le,
    )
    return await appel.ecrire(rouvrir_demande, commande, DemandeOut.model_validate)


@routes.post(
    "/{demande_id}/redirection",
    response_model=DemandeOut,
    summary="Rediriger vers le développement de solutions (DEM-6)",
)
async def rediriger(
    demande_id: UUID, appel: Csc, corps: MotifFacultatifIn = _SANS_MOTIF
) -> Response:
    """Fin non mesurée."""
    commande = RedirigerDemande(
        demande_id=demande_id, motif=corps.motif, survenu_le=corps.survenu_le
    )
    return await appel.ecrire(rediriger_demande, commande, DemandeOut.model_validate)


def _une(demande_id: UUID) -> vues.Vue[DemandeOut]:
    return vues.une(demandes, DemandeOut.model_validate, "Demande", id=demande_id)
