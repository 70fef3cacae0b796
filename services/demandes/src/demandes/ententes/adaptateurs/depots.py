"""Les ententes sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from demandes.ententes.adaptateurs.tables import ententes
from demandes.ententes.domaine import Entente, Partie
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet

_e = ententes.c
_DE = select(ententes).where(_e.demande_id == bindparam("demande")).order_by(_e.rang)
_PROPOSER = insert(ententes)
_ACCEPTER = (
    update(ententes)
    .where(_e.id == bindparam("entente"))
    .values(acceptee_le=bindparam("le", type_=_e.acceptee_le.type), acceptee_par=bindparam("par"))
)


@dataclass(frozen=True, slots=True)
class EntentesSql:
    """Tient `ports.RegistreEntentes`."""

    connexion: Connexion

    async def de(self, demande_id: UUID) -> Sequence[Entente]:
        lignes = await self.connexion.lignes(_DE, {"demande": demande_id})
        return [objet(Entente, x, proposee_par=Partie(x.proposee_par)) for x in lignes]

    async def proposer(self, entente: Entente) -> None:
        await self.connexion.ecrire(_PROPOSER, colonnes(entente))

    async def accepter(self, entente: Entente) -> None:
        valeurs = {"le": entente.acceptee_le, "par": entente.acceptee_par}
        await self.connexion.ecrire(_ACCEPTER, {"entente": entente.id, **valeurs})
