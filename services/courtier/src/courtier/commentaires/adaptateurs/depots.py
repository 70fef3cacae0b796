"""Les commentaires sur PostgreSQL."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from courtier.base import remplacer
from courtier.commentaires.adaptateurs.tables import commentaires
from courtier.commentaires.adaptateurs.vues import commentaire_de
from courtier.commentaires.domaine import Commentaire, VisaCommentaire
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, une

_UN = select(commentaires).where(commentaires.c.id == bindparam("id")).with_for_update()


@dataclass(frozen=True, slots=True)
class CommentairesSql:
    """Tient `ports.Commentaires`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Commentaire:
        absent = "Commentaire introuvable."
        return commentaire_de(await une(self.connexion, _UN, absent, id=identifiant))

    async def ajouter(self, commentaire: Commentaire) -> None:
        await self.connexion.ecrire(insert(commentaires), _ligne(commentaire))

    async def enregistrer(self, commentaire: Commentaire) -> None:
        await remplacer(self.connexion, commentaires, _ligne(commentaire))


def _ligne(commentaire: Commentaire) -> dict[str, Any]:
    a_part = {"traitement", "reponses", "cloture"}
    return {
        **{nom: v for nom, v in colonnes(commentaire).items() if nom not in a_part},
        "etat": commentaire.etat,
        "reponses": [asdict(reponse) for reponse in commentaire.reponses],
        **_visa("traite", commentaire.traitement),
        **_visa("clos", commentaire.cloture),
    }


def _visa(acte: str, visa: VisaCommentaire | None) -> dict[str, Any]:
    return {f"{acte}_par": visa and visa.par, f"{acte}_le": visa and visa.le}
