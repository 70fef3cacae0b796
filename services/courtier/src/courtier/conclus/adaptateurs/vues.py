"""La liste des contrats conclus : tout organisme la lit entière."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Text, and_, bindparam, func, literal_column, select

from contrats.base import CodeOrganisme, CodeOuvert
from courtier.conclus.adaptateurs.conversion import inscription_de
from courtier.conclus.adaptateurs.tables import conclus
from socle.bd.vues import VueListe
from socle.champs import Jour

__all__ = ["CONCLUS", "FiltreConclus", "inscription_de"]
_c = conclus.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreConclus:
    """D'un client, d'un fournisseur, d'une catégorie; `le` : ceux qui courent ce jour-là."""

    client: CodeOrganisme | None = None
    fournisseur_id: UUID | None = None
    categorie: CodeOuvert | None = None
    le: Jour | None = None


CONCLUS = VueListe(
    requete=select(conclus),
    filtre=FiltreConclus,
    cles=(_c.contrat_id,),
    conditions={
        "categorie": _c.categories.contains(
            func.array_append(literal_column("'{}'::text[]"), bindparam("categorie", type_=Text()))
        ),
        "le": and_(
            _c.debut <= bindparam("le", type_=Date()), _c.fin > bindparam("le", type_=Date())
        ),
    },
)
