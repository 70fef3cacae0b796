"""Les usages sur PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from demandes.usages.adaptateurs.tables import constats, usages
from demandes.usages.domaine import Constat, Usage
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une

_ABSENT = "Usage introuvable."
_LIRE = select(usages).where(usages.c.id == bindparam("id"))
_CHARGER = _LIRE.with_for_update()
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_CONNUS = select(usages).where(usages.c.id == any_(_IDS))
_PREMIERS = select(constats).where(constats.c.usage_id == any_(_IDS), constats.c.rang == 1)
_CONSTATS = select(constats).where(constats.c.usage_id == bindparam("id")).order_by(constats.c.rang)
_AJOUTER = insert(usages)
_DIRE = insert(constats)
_CORRIGER = (
    update(usages)
    .where(usages.c.id == bindparam("de"))
    .values({c.name: bindparam(c.name, type_=c.type) for c in usages.c if not c.primary_key})
)


@dataclass(frozen=True, slots=True)
class UsagesSql:
    """Tient `ports.Usages`."""

    connexion: Connexion

    async def lire(self, usage_id: UUID) -> Usage:
        return objet(Usage, await une(self.connexion, _LIRE, _ABSENT, id=usage_id))

    async def charger(self, usage_id: UUID) -> Usage:
        return objet(Usage, await une(self.connexion, _CHARGER, _ABSENT, id=usage_id))

    async def connus(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[Constat, Usage]]:
        vises = {"ids": list(ids)}
        lus = await self.connexion.lignes(_CONNUS, vises)
        if not lus:
            return {}
        premiers = {c.usage_id: c for c in await self.connexion.lignes(_PREMIERS, vises)}
        return {u.id: (objet(Constat, premiers[u.id]), objet(Usage, u)) for u in lus}

    async def constats(self, usage_id: UUID) -> Sequence[Constat]:
        return [objet(Constat, c) for c in await self.connexion.lignes(_CONSTATS, {"id": usage_id})]

    async def ajouter(self, neufs: Sequence[tuple[Usage, Constat]]) -> None:
        await self.connexion.ecrire_lot(_AJOUTER, [colonnes(usage) for usage, _ in neufs])
        await self.connexion.ecrire_lot(_DIRE, [_ligne(*neuf) for neuf in neufs])

    async def corriger(self, usage: Usage, constat: Constat) -> None:
        valeurs = colonnes(usage)
        await self.connexion.ecrire(_CORRIGER, {"de": valeurs.pop("id"), **valeurs})
        await self.connexion.ecrire(_DIRE, _ligne(usage, constat))


def _ligne(usage: Usage, constat: Constat) -> dict[str, object]:
    return {"usage_id": usage.id, "organisme": usage.organisme, **colonnes(constat)}
