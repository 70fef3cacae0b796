"""Ce que les aires partagent : leurs tables de versions datées, les champs de leurs corps."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from pydantic import AfterValidator, Field
from sqlalchemy.sql.selectable import LateralFromClause

from noyau import MOTIF_CODE_FICHE, Chronologie, Horloge, Version, jour_de_quebec
from socle.bd.chronologie import en_vigueur
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne
from socle.web.champs import NORMALISE, SUR, Jour

T = TypeVar("T")

metadonnees = sa.MetaData()


def table_de_versions(nom: str, agregats: sa.Table, *propres: sa.Column[Any]) -> sa.Table:
    """Les versions datées d'agrégats (CAT-2), sans leur fin, qui est le début de la suivante.

    Une version remplacée reste, avec le numéro de celle qui l'a remplacée : une facture a pu la
    citer. Une table qui a `retiree_le` garde de même les versions retirées avant leur début.
    """
    table = sa.Table(
        nom,
        metadonnees,
        sa.Column("code", sa.Text, sa.ForeignKey(agregats.c.code), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("debut", sa.Date, nullable=False),
        *propres,
        sa.Column("publie_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remplace_par", sa.Integer),
    )
    sa.Index(
        f"{nom}_effectives",
        table.c.code,
        table.c.debut,
        unique=True,
        postgresql_where=effective(table),
    )
    return table


def effective(versions: sa.FromClause) -> sa.ColumnElement[bool]:
    """La version vaut : nulle autre ne la remplace, et elle n'est pas retirée."""
    fins = [versions.c[nom] for nom in ("remplace_par", "retiree_le") if nom in versions.c]
    return sa.and_(*(fin.is_(None) for fin in fins))


def versions_de(table: sa.Table) -> sa.Subquery:
    """Toutes les versions; `fin` est le début de la suivante, nulle pour qui ne vaut plus."""
    vaut = effective(table)
    suivante = sa.func.lead(table.c.debut).over(
        partition_by=(table.c.code, vaut), order_by=table.c.debut
    )
    return sa.select(table, sa.case((vaut, suivante)).label("fin")).subquery()


def version_du_jour(table: sa.Table, code: sa.ColumnElement[str]) -> LateralFromClause:
    """La version de cet agrégat qui vaut au paramètre `le`, s'il y en a une.

    Sa `fin` est le début de la suivante, lue seule : les numéroter toutes se ferait pour chacune.
    """
    le = sa.bindparam("le", type_=sa.Date())
    autres = table.alias()
    suivantes = (autres.c.code == code, autres.c.debut > le, effective(autres))
    fin = sa.select(sa.func.min(autres.c.debut)).where(*suivantes).correlate_except(autres)
    version = en_vigueur(table, le, table.c.code == code, effective(table))
    return version.add_columns(fin.scalar_subquery().label("fin")).lateral()


async def lire_chronologie(
    connexion: Connexion, table: sa.Table, code: str, valeur: Callable[[Ligne], T]
) -> Chronologie[T]:
    """Les versions effectives d'un agrégat."""
    requete = sa.select(table).where(table.c.code == code, effective(table))
    lignes = await connexion.lignes(requete)
    return Chronologie.de(Version(v.version, v.debut, valeur(v)) for v in lignes)


async def ajouter_version(connexion: Connexion, table: sa.Table, **version: object) -> None:
    """Ajoute une version; celle qu'elle remplace, de même début, reste et le dit."""
    c = table.c
    remplacee = (c.code == version["code"], c.debut == version["debut"], effective(table))
    remplacer = table.update().where(*remplacee).values(remplace_par=version["version"])
    await connexion.ecrire(remplacer)
    await connexion.ecrire(table.insert(), version)


Code = Annotated[str, Field(pattern=MOTIF_CODE_FICHE, examples=["POSTES"])]
"""Le code d'une fiche, d'un tarif ou d'un indicateur."""
CodeLu = Annotated[str, Field(max_length=60, examples=["POSTES"]), SUR, NORMALISE]
"""Un code dans une adresse : mal formé, il est seulement inconnu."""
Phrase = Annotated[str, Field(min_length=1, max_length=500), SUR, NORMALISE]
"""Une ligne de texte, de 1 à 500 caractères."""
Dollars = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=2, examples=["147.00"]),
    AfterValidator(lambda montant: montant.quantize(Decimal("0.01"))),
]
Le = Annotated[
    Jour | None,
    Field(
        description="Date de Québec de la lecture; absente : aujourd'hui.", examples=["2026-09-15"]
    ),
]


def jour_lu(horloge: Horloge, le: date | None = None) -> date:
    """La date demandée, sinon celle d'aujourd'hui au Québec."""
    return le or jour_de_quebec(horloge())
