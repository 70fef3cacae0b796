"""La copie locale du ROPN."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Text, and_, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.adaptateurs.lignes import colonnes, objet
from demandes.adaptateurs.tables import prix, produits
from demandes.domaine.produit import PrixDate, Produit

_JOUR = bindparam("jour", type_=Date())
_AU = (
    select(produits, prix.c.prix)
    .outerjoin(
        prix,
        and_(
            prix.c.produit == produits.c.code,
            prix.c.debut <= _JOUR,
            or_(prix.c.fin.is_(None), prix.c.fin > _JOUR),
        ),
    )
    .where(produits.c.code == any_(bindparam("codes", type_=ARRAY(Text))))
    .order_by(prix.c.debut)
)


@dataclass(frozen=True, slots=True)
class ProduitsSql:
    """Tient `DepotProduits`."""

    connexion: AsyncConnection

    async def au(self, codes: Collection[str], jour: date) -> Mapping[str, Produit]:
        if not codes:
            return {}
        lignes = await self.connexion.execute(_AU, {"codes": sorted(codes), "jour": jour})
        return {ligne.code: objet(Produit, ligne) for ligne in lignes}

    async def retenir(self, lus: Sequence[Produit], prix_lus: Sequence[PrixDate]) -> None:
        if lus:
            lignes = [{**colonnes(p), "tarifs": list(p.tarifs)} for p in lus]
            for ligne in lignes:
                del ligne["prix"]
            depot = insert(produits)
            await self.connexion.execute(
                depot.on_conflict_do_update(
                    index_elements=[produits.c.code],
                    set_={c.name: depot.excluded[c.name] for c in produits.c if c.name != "code"},
                ),
                lignes,
            )
        if prix_lus:
            ajout = insert(prix)
            await self.connexion.execute(
                ajout.on_conflict_do_update(
                    index_elements=[prix.c.produit, prix.c.debut],
                    set_={nom: ajout.excluded[nom] for nom in ("fin", "version", "prix")},
                    where=prix.c.version <= ajout.excluded.version,
                ),
                [colonnes(p) for p in prix_lus],
            )
