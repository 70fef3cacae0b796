"""La copie du ROPN sur PostgreSQL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Date, Text, any_, bindparam, exists, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from demandes.ropn.adaptateurs.tables import fiches, fiches_retirees, prix, produits
from demandes.ropn.domaine import (
    ElementRopn,
    FicheHoraire,
    FicheRetiree,
    PrixDate,
    Produit,
    TarifsHoraires,
)
from noyau import Predicat
from socle.bd.chronologie import en_vigueur
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie
from socle.bd.instructions import Ligne

_TARIFS = TypeAdapter(tuple[Predicat, ...])
_FICHES = select(fiches)
_RETIREES = select(fiches_retirees)
_DU_JOUR = en_vigueur(
    prix, bindparam("jour", type_=Date()), prix.c.produit == produits.c.code, fin="fin"
).lateral("du_jour")
_AU = (
    select(
        produits,
        _DU_JOUR.c.prix,
        exists().where(prix.c.produit == produits.c.code).label("a_des_prix"),
    )
    .outerjoin(_DU_JOUR, true())
    .where(produits.c.code == any_(bindparam("codes", type_=ARRAY(Text))))
)


@dataclass(frozen=True, slots=True)
class ProduitsSql:
    """Tient `ports.Produits`."""

    connexion: Connexion

    async def au(self, codes: Collection[str], jour: date) -> Mapping[str, Produit]:
        if not codes:
            return {}
        lignes = await self.connexion.lignes(_AU, {"codes": sorted(codes), "jour": jour})
        return {ligne.code: objet(Produit, ligne) for ligne in lignes}


@dataclass(frozen=True, slots=True)
class FichesSql:
    """Tient `ports.TarifsDuTemps`."""

    connexion: Connexion

    async def horaires(self) -> TarifsHoraires:
        fiches = await self.connexion.lignes(_FICHES)
        retirees = await self.connexion.lignes(_RETIREES)
        return TarifsHoraires.de(
            (_fiche(ligne) for ligne in fiches),
            (objet(FicheRetiree, ligne) for ligne in retirees),
        )


@dataclass(frozen=True, slots=True)
class CopieSql:
    """Tient `ports.CopieRopn`."""

    connexion: Connexion

    async def synchroniser(self, elements: Sequence[ElementRopn]) -> None:
        for classe, (copie, en_ligne) in _COPIES.items():
            siens = [en_ligne(e) for e in elements if isinstance(e, classe)]
            await copie.synchroniser(self.connexion, siens)


def _ligne_de_produit(produit: Produit) -> dict[str, Any]:
    ligne = {**colonnes(produit), "tarifs": list(produit.tarifs)}
    return {nom: valeur for nom, valeur in ligne.items() if nom in produits.c}


def _ligne_de_fiche(fiche: FicheHoraire) -> dict[str, Any]:
    return {**colonnes(fiche), "tarifs": _TARIFS.dump_python(fiche.tarifs, mode="json")}


def _fiche(ligne: Ligne) -> FicheHoraire:
    valeurs = ligne._asdict()
    return FicheHoraire(**{**valeurs, "tarifs": _TARIFS.validate_python(valeurs["tarifs"])})


_COPIES: Mapping[type, tuple[Copie, Callable[[Any], dict[str, Any]]]] = {
    Produit: (Copie(produits, rang="sequence"), _ligne_de_produit),
    PrixDate: (Copie(prix, rang="version"), colonnes),
    FicheHoraire: (Copie(fiches), _ligne_de_fiche),
    FicheRetiree: (Copie(fiches_retirees), colonnes),
}
