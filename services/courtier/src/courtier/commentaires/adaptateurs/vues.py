"""Les lectures des commentaires."""

from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select

from contrats.base import CodeOrganisme
from courtier.commentaires.adaptateurs.tables import commentaires
from courtier.commentaires.domaine import (
    Commentaire,
    EtatCommentaire,
    NatureCommentaire,
    Objet,
    ReponseCommentaire,
    VisaCommentaire,
)
from noyau import en_utc
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import VueListe, VueObjet

_REPONSES = TypeAdapter(tuple[ReponseCommentaire, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreCommentaires:
    """`objet_id` : l'offre ou le fournisseur dont ils parlent."""

    organisme: CodeOrganisme | None = None
    etat: EtatCommentaire | None = None
    nature: NatureCommentaire | None = None
    objet_id: UUID | None = None


COMMENTAIRE = VueObjet(select(commentaires), commentaires.c.id, "Commentaire introuvable.")
COMMENTAIRES = VueListe(
    requete=select(commentaires), filtre=FiltreCommentaires, cles=(commentaires.c.id,)
)


def commentaire_de(ligne: Ligne) -> Commentaire:
    """Le commentaire d'une ligne."""
    reponses = (replace(r, le=en_utc(r.le)) for r in _REPONSES.validate_python(ligne.reponses))
    return objet(
        Commentaire,
        ligne,
        nature=NatureCommentaire(ligne.nature),
        objet=Objet(ligne.objet),
        traitement=_visa(ligne, "traite"),
        reponses=tuple(reponses),
        cloture=_visa(ligne, "clos"),
    )


def _visa(ligne: Ligne, acte: str) -> VisaCommentaire | None:
    le = getattr(ligne, f"{acte}_le")
    return None if le is None else VisaCommentaire(getattr(ligne, f"{acte}_par"), le)
