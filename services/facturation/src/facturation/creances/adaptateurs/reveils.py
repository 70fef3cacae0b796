"""Le jour où le temps seul fera revoir un organisme : rien n'arrivera qui l'annonce (FAC-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from facturation.creances.adaptateurs import tables as t
from socle.bd.connexion import Connexion

_r = t.reveils.c
_AJOUT = insert(t.reveils)
_REMPLACER = _AJOUT.on_conflict_do_update(
    index_elements=["organisme"], set_={"le": _AJOUT.excluded.le}
)
_OUBLIER = delete(t.reveils).where(_r.organisme == bindparam("organisme"))
_VENUS = delete(t.reveils).where(_r.le <= bindparam("jour", type_=Date)).returning(_r.organisme)


@dataclass(frozen=True, slots=True)
class ReveilsSql:
    """Voir `ports.Reveils`."""

    connexion: Connexion

    async def remplacer(self, organisme: str, le: date | None) -> None:
        if le is None:
            await self.connexion.ecrire(_OUBLIER, {"organisme": organisme})
        else:
            await self.connexion.ecrire(_REMPLACER, {"organisme": organisme, "le": le})

    async def prendre(self, jour: date) -> Sequence[str]:
        return await self.connexion.colonne(_VENUS, {"jour": jour})
