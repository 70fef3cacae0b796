"""Les lectures : une requête par écran; un organisme n'y trouve que les siens."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from contrats.base import CodeOrganisme
from courtier.contrats.adaptateurs.conversion import contrat_de
from courtier.contrats.adaptateurs.tables import contrats
from courtier.contrats.domaine.contrat import Etat
from socle.bd.vues import VueListe, VueObjet

__all__ = ["CONTRAT", "CONTRATS", "FiltreContrats", "contrat_de"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreContrats:
    """Les contrats d'un organisme, d'un fournisseur, dans un état."""

    organisme: CodeOrganisme | None = None
    fournisseur_id: UUID | None = None
    etat: Etat | None = None


CONTRAT = VueObjet(select(contrats), contrats.c.id, "Contrat introuvable.")
CONTRATS = VueListe(requete=select(contrats), filtre=FiltreContrats, cles=(contrats.c.id,))
