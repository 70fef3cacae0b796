"""Les commentaires et les plaintes au Courtier (CI-21; guide, 4.6)."""

from uuid import UUID

from starlette.responses import Response

from contrats.base import CodeOrganisme
from courtier.acces.domaine import seul_sujet
from courtier.commentaires.adaptateurs import vues
from courtier.commentaires.cas_usage import (
    CloreCommentaire,
    TraiterCommentaire,
    clore_commentaire,
    commenter,
    repondre_commentaire,
    traiter_commentaire,
)
from courtier.commentaires.domaine import EtatCommentaire, NatureCommentaire
from courtier.commentaires.entrees import schemas as s
from courtier.commentaires.entrees.acces import Courtier, Interesse, Personne
from socle.bd.instructions import Ligne
from socle.web import SITUE, Liste, PageDemandee, Routeur, uuid7

routes = Routeur(prefix="/v1", tags=["commentaires"])


@routes.post(
    "/commentaires",
    status_code=201,
    responses=SITUE,
    response_model=s.CommentaireOut,
    operation_id="commenter",
    summary="Commenter ou se plaindre au Courtier (CI-21)",
)
async def dire(corps: s.CommentaireIn, appel: Personne) -> Response:
    """Une suggestion, une erreur à corriger, une plainte sur un fournisseur ou une offre.

    Il n'y faut pas de compte d'accès.
    """
    return await appel.ecrire(
        commenter,
        corps.commande(uuid7(), appel.organisme(None)),
        s.CommentaireOut.de,
        statut=201,
        emplacement=lambda c: f"/v1/commentaires/{c.id}",
    )


@routes.get(
    "/commentaires",
    response_model=Liste[s.CommentaireOut],
    operation_id="lister_commentaires",
    summary="Lister les commentaires et les plaintes (CI-21)",
)
async def lister(
    appel: Interesse,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: EtatCommentaire | None = None,
    nature: NatureCommentaire | None = None,
    objet_id: UUID | None = None,
) -> Response:
    """Une personne voit les siens; son gestionnaire et son dirigeant, ceux de l'organisme.

    Le Courtier les voit tous.
    """
    filtre = vues.FiltreCommentaires(
        organisme=organisme,
        etat=etat,
        nature=nature,
        objet_id=objet_id,
        par=seul_sujet(appel.acteur),
    )
    return await appel.lister(
        vues.COMMENTAIRES, filtre, Liste[s.CommentaireOut], page=page, presenter=_commentaire
    )


@routes.get(
    "/commentaires/{commentaire_id}",
    response_model=s.CommentaireOut,
    operation_id="lire_commentaire",
    summary="Lire un commentaire et ses réponses (CI-21)",
)
async def lire(commentaire_id: UUID, appel: Interesse) -> Response:
    """Celui d'un autre organisme, ou d'une autre personne, est introuvable (404).

    Le gestionnaire et le dirigeant lisent ceux de tout leur organisme.
    """
    vue = vues.COMMENTAIRE.de(commentaire_id, par=seul_sujet(appel.acteur))
    return await appel.lire(vue, _commentaire)


@routes.post(
    "/commentaires/{commentaire_id}/traitement",
    response_model=s.CommentaireOut,
    operation_id="traiter_commentaire",
    summary="Prendre un commentaire en charge (CI-21)",
)
async def traiter(commentaire_id: UUID, appel: Courtier) -> Response:
    """L'organisme voit que le Courtier s'en occupe."""
    commande = TraiterCommentaire(commentaire_id=commentaire_id)
    return await appel.ecrire(traiter_commentaire, commande, s.CommentaireOut.de)


@routes.post(
    "/commentaires/{commentaire_id}/reponse",
    response_model=s.CommentaireOut,
    operation_id="repondre_commentaire",
    summary="Répondre à un commentaire (CI-21)",
)
async def repondre(
    commentaire_id: UUID, corps: s.ReponseCommentaireIn, appel: Courtier
) -> Response:
    """Tant qu'il n'est pas clos, une réponse s'ajoute à la précédente."""
    commande = corps.commande(commentaire_id)
    return await appel.ecrire(repondre_commentaire, commande, s.CommentaireOut.de)


@routes.post(
    "/commentaires/{commentaire_id}/cloture",
    response_model=s.CommentaireOut,
    operation_id="clore_commentaire",
    summary="Clore un commentaire répondu (CI-21)",
)
async def clore(commentaire_id: UUID, appel: Courtier) -> Response:
    """Rien ne se clôt sans réponse."""
    commande = CloreCommentaire(commentaire_id=commentaire_id)
    return await appel.ecrire(clore_commentaire, commande, s.CommentaireOut.de)


def _commentaire(ligne: Ligne) -> s.CommentaireOut:
    return s.CommentaireOut.de(vues.commentaire_de(ligne))
