"""Les corps reçus et rendus des commentaires."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from courtier.commentaires import cas_usage, domaine
from socle.bd.conversion import colonnes
from socle.champs import Motif
from socle.web import Entree, Sortie, exemple

_PLAINTE: JsonDict = {
    "nature": "plainte_offre",
    "objet": "offre",
    "objet_id": "0199f0a0-0000-7000-8000-000000000003",
    "texte": "Trois pannes de plus d'une heure en septembre.",
}


class CommentaireIn(Entree):
    """Ce qu'un organisme dit au Courtier."""

    model_config = exemple(_PLAINTE)

    nature: domaine.NatureCommentaire
    objet: domaine.Objet
    objet_id: UUID | None = Field(
        default=None, description="L'offre publiée ou le fournisseur; d'un autre objet, absent."
    )
    texte: Motif

    def commande(self, commentaire_id: UUID, organisme: str) -> cas_usage.Commenter:
        return cas_usage.Commenter(commentaire_id=commentaire_id, organisme=organisme, **dict(self))


class ReponseCommentaireIn(Entree):
    """Ce que le Courtier répond; l'organisme le lit."""

    model_config = exemple({"texte": "Le fournisseur a remis son rapport; un crédit suivra."})

    texte: Motif

    def commande(self, commentaire_id: UUID) -> cas_usage.RepondreCommentaire:
        return cas_usage.RepondreCommentaire(commentaire_id=commentaire_id, texte=self.texte)


class CommentaireOut(Sortie):
    """Un commentaire ou une plainte, son état et ses réponses (CI-21)."""

    id: UUID
    version: int
    organisme: str
    etat: domaine.EtatCommentaire
    actes_permis: tuple[domaine.ActeCommentaire, ...]
    nature: domaine.NatureCommentaire
    objet: domaine.Objet
    objet_id: UUID | None
    texte: str
    par: str
    recu_le: datetime
    traitement: domaine.VisaCommentaire | None
    reponses: tuple[domaine.ReponseCommentaire, ...]
    cloture: domaine.VisaCommentaire | None

    @classmethod
    def de(cls, commentaire: domaine.Commentaire) -> "CommentaireOut":
        etat = commentaire.etat
        deduits = {"etat": etat, "actes_permis": domaine.PERMIS[etat]}
        return cls.model_validate({**colonnes(commentaire), **deduits})
