"""Les lectures par date : une requête par écran."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    Table,
    TableValuedColumn,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.adaptateurs.recherche import plier
from catalogue.adaptateurs.tables import fiche_versions, produit_prix, produits
from socle.noyau import Introuvable

T = TypeVar("T")


def _versions(table: Table) -> Subquery:
    """Toutes les versions; `fin` est le début de la suivante, nulle pour une version remplacée."""
    effective = table.c.remplace_par.is_(None)
    suivante = func.lead(table.c.debut).over(
        partition_by=(table.c.code, effective), order_by=table.c.debut
    )
    return select(table, case((effective, suivante)).label("fin")).subquery()


def _en_vigueur(version: Subquery, le: date) -> ColumnElement[bool]:
    return and_(
        version.c.remplace_par.is_(None),
        version.c.debut <= le,
        or_(version.c.fin.is_(None), version.c.fin > le),
    )


def tarif_de(contenu: ColumnElement[Any]) -> TableValuedColumn[Any]:
    """Un tarif (JSON) par ligne, du contenu d'une version de fiche."""
    elements = func.jsonb_array_elements(contenu["tarifs"], type_=JSONB)
    return elements.column_valued("tarif", joins_implicitly=True)


def fiches_au(le: date) -> Select[Any]:
    """La version de chaque fiche qui vaut ce jour-là."""
    version = _versions(fiche_versions)
    return select(version).where(_en_vigueur(version, le))


def tarifs_au(le: date) -> Select[Any]:
    """Les tarifs de toutes les fiches qui valent ce jour-là, chacun avec sa fiche et sa version."""
    version = _versions(fiche_versions)
    tarif = tarif_de(version.c.contenu)
    tarifs = (
        select(
            tarif["code"].astext.label("code"),
            version.c.code.label("fiche"),
            version.c.version,
            version.c.debut,
            version.c.fin,
            tarif.label("tarif"),
        )
        .select_from(version)
        .where(_en_vigueur(version, le))
        .subquery()
    )
    return select(tarifs)


def produits_au(
    le: date,
    *,
    q: str = "",
    categorie: str | None = None,
    sorte: str | None = None,
    statut: str | None = None,
) -> Select[Any]:
    """Les produits, avec leur prix ce jour-là; tous les mots de `q` s'y trouvent (CAT-8)."""
    prix = _versions(produit_prix)
    exacts = {produits.c.categorie: categorie, produits.c.sorte: sorte, produits.c.statut: statut}
    return (
        select(
            produits,
            prix.c.version.label("prix_version"),
            prix.c.debut.label("prix_debut"),
            prix.c.fin.label("prix_fin"),
            prix.c.prix.label("prix_montant"),
        )
        .outerjoin(prix, and_(prix.c.code == produits.c.code, _en_vigueur(prix, le)))
        .where(*(colonne == voulu for colonne, voulu in exacts.items() if voulu is not None))
        .where(*(produits.c.recherche.contains(m, autoescape=True) for m in plier(q).split()))
    )


def versions_de(table: Table, code: str) -> Select[Any]:
    """L'histoire d'une fiche ou d'un prix, versions remplacées comprises."""
    version = _versions(table)
    return select(version).where(version.c.code == code)


async def codes(connexion: AsyncConnection, table: Table) -> frozenset[str]:
    """Les codes de toutes les fiches, ou de tous les produits."""
    return frozenset((await connexion.execute(select(table.c.code))).scalars())


async def exiger(connexion: AsyncConnection, table: Table, code: str, absent: str) -> None:
    """Lève `Introuvable` avec ce message si la fiche ou le produit n'existe pas."""
    await un(connexion, select(table.c.code).where(table.c.code == code), absent, lambda _: None)


async def un(
    connexion: AsyncConnection,
    requete: Select[Any],
    absent: str,
    presenter: Callable[[Row[Any]], T],
) -> T:
    """La seule ligne d'une requête, présentée; lève `Introuvable` avec ce message."""
    ligne = (await connexion.execute(requete)).one_or_none()
    if ligne is None:
        raise Introuvable(absent)
    return presenter(ligne)
