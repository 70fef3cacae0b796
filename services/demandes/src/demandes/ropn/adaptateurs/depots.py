"""La copie du ROPN sur PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Text, any_, bindparam, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.ropn.adaptateurs.tables import prix, produits
from demandes.ropn.domaine import PrixDate, Produit
from socle.bd.chronologie import en_vigueur
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie

_PRODUITS = Copie(produits, rang="sequence")
_PRIX = Copie(prix, rang="version")
_DU_JOUR = en_vigueur(
    prix, bindparam("jour", type_=Date()), prix.c.produit == produits.c.code, fin="fin"
).lateral("du_jour")
_AU = (
    select(produits, _DU_JOUR.c.prix)
    .outerjoin(_DU_JOUR, true())
    .where(produits.c.code == any_(bindparam("codes", type_=ARRAY(Text))))
)


@dataclass(frozen=True, slots=True)
class ProduitsSql:
    """Tient `ports.Produits`."""

    connexion: AsyncConnection

    async def au(self, codes: Collection[str], jour: date) -> Mapping[str, Produit]:
        if not codes:
            return {}
        lignes = await self.connexion.execute(_AU, {"codes": sorted(codes), "jour": jour})
        return {ligne.code: objet(Produit, ligne) for ligne in lignes}

    async def synchroniser(self, lus: Sequence[Produit], prix_lus: Sequence[PrixDate]) -> None:
        lignes = [{**colonnes(p), "tarifs": list(p.tarifs)} for p in lus]
        for ligne in lignes:
            del ligne["prix"]
        await _PRODUITS.synchroniser(self.connexion, lignes)
        await _PRIX.synchroniser(self.connexion, [colonnes(p) for p in prix_lus])
