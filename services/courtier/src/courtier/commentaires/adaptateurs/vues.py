"""Les lectures des commentaires."""

from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Text, bindparam, or_, select

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
    """`objet_id` : l'offre ou le fournisseur dont ils parlent; `par` : leur seul auteur."""

    organisme: CodeOrganisme | None = None
    etat: EtatCommentaire | None = None
    nature: NatureCommentaire | None = None
    objet_id: UUID | None = None
    par: str | None = None


_seul = bindparam("par", type_=Text())
COMMENTAIRE = VueObjet(
    select(commentaires).where(or_(_seul.is_(None), commentaires.c.par == _seul)),
    commentaires.c.id,
    "Commentaire introuvable.",
)
"""`par` : son seul auteur; nul, quiconque l'a dit."""
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
