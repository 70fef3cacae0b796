"""Ce qu'on lit du parc."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from contrats.base import CodeOrganisme
from demandes.parc.adaptateurs.tables import actifs
from demandes.parc.domaine.actif import EtatActif
from socle.bd.vues import VueListe, VueObjet


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreActifs:
    """Ce qu'on demande du parc."""

    organisme: CodeOrganisme | None = None
    etat: EtatActif | None = None
    demande_id: UUID | None = None


ACTIF = VueObjet(select(actifs), actifs.c.id, "Actif introuvable.")
ACTIFS = VueListe(requete=select(actifs), filtre=FiltreActifs, cles=(actifs.c.id,))
