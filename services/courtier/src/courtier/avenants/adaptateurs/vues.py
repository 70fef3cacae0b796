"""Les lectures des avenants; un organisme n'y trouve que les siens."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select

from courtier.avenants.adaptateurs.conversion import avenant_de
from courtier.avenants.adaptateurs.tables import avenants
from courtier.contrats.adaptateurs.tables import contrats
from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet

__all__ = ["AVENANTS", "CONTRAT", "FiltreAvenants", "avenant", "avenant_de"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAvenants:
    """Ceux d'un contrat."""

    contrat_id: UUID


CONTRAT = VueObjet(
    select(contrats.c.organisme, contrats.c.id), contrats.c.id, "Contrat introuvable."
)
AVENANTS = VueListe(
    requete=select(avenants), filtre=FiltreAvenants, cles=(avenants.c.numero, avenants.c.id)
)
_UN = select(avenants).where(
    avenants.c.id == bindparam("id"), avenants.c.contrat_id == bindparam("contrat_id")
)


def avenant(contrat_id: UUID, identifiant: UUID) -> Vue[Ligne]:
    """Un avenant de ce contrat; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> Ligne:
        return await une(
            connexion, _UN, "Avenant introuvable.", id=identifiant, contrat_id=contrat_id
        )

    return vue
