"""La copie des organismes sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from courtier.organismes.adaptateurs import tables as t
from courtier.organismes.domaine import Organisme
from socle.bd.conversion import trouver
from socle.bd.copies import Copie

_COPIE = Copie(t.organismes, rang="sequence")
_UN = select(t.organismes.c.organisme).where(t.organismes.c.organisme == bindparam("code"))


@dataclass(frozen=True, slots=True)
class OrganismesSql:
    """Tient `ports.Organismes`."""

    connexion: AsyncConnection

    async def est_inscrit(self, code: str) -> bool:
        return await trouver(self.connexion, _UN, code=code) is not None

    async def synchroniser(self, organismes: Sequence[Organisme]) -> None:
        lignes = [
            {
                "organisme": o.code,
                "nom": o.nom,
                "assujetti_rcti": o.assujetti_rcti,
                "sequence": o.sequence,
            }
            for o in organismes
        ]
        await _COPIE.synchroniser(self.connexion, lignes)
