"""La base du service : ce que ses tables ont en commun, leur garde d'écriture, un lot de dates."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    MetaData,
    Select,
    Table,
    Uuid,
    bindparam,
    select,
    tuple_,
    update,
)

from courtier.passages import Venue, Venues
from noyau import Conflit, VersionPerimee
from socle.bd.connexion import Connexion
from socle.bd.pannes import est_unicite
from socle.bd.vues import Vue

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)
LOT = 200
"""Ce qui se lit au plus à la fois."""
JOUR = bindparam("jour", type_=Date())
"""Le jour où l'on regarde, dans les conditions d'un lot."""


async def remplacer(connexion: Connexion, table: Table, valeurs: Mapping[str, Any]) -> None:
    """Écrit la version suivante d'un agrégat; lève `VersionPerimee` si une autre l'a précédée."""
    colonnes = table.c
    ecrites = await connexion.ecrire(
        update(table)
        .where(colonnes.id == valeurs["id"], colonnes.version == valeurs["version"] - 1)
        .values(**valeurs)
    )
    if ecrites != 1:
        raise VersionPerimee("L'objet a changé entre-temps.")


def lire_donnees(nom: str) -> dict[str, Any]:
    """Ce que dit un fichier de `donnees`, livré avec le service."""
    texte = files("courtier").joinpath("donnees", nom).read_text(encoding="utf-8")
    return tomllib.loads(texte)


@contextmanager
def sans_double(message: str, regle: str) -> Iterator[None]:
    """Lève `Conflit` de cette règle quand la base refuse un double."""
    try:
        yield
    except Exception as erreur:
        if est_unicite(erreur):
            raise Conflit(message, regle=regle) from erreur
        raise


def venues(table: Table, le: ColumnElement[date], *conditions: ColumnElement[bool]) -> Venues:
    """De quoi lire un lot de celles d'un jour, la plus ancienne d'abord, après une autre."""
    requete = _lot(table, le, conditions)

    def lire(jour: date, apres: Venue | None = None) -> Vue[Sequence[Venue]]:
        depuis = {
            "apres_le": apres.le if apres else date.min,
            "apres_id": apres.id if apres else UUID(int=0),
        }

        async def vue(connexion: Connexion) -> Sequence[Venue]:
            lignes = await connexion.lignes(requete, {"jour": jour, **depuis})
            return [Venue(ligne.organisme, ligne.id, ligne.le) for ligne in lignes]

        return vue

    return lire


def _lot(
    table: Table, le: ColumnElement[date], conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    depuis = tuple_(bindparam("apres_le", type_=Date()), bindparam("apres_id", type_=Uuid()))
    return (
        select(table.c.organisme, table.c.id, le.label("le"))
        .where(*conditions, tuple_(le, table.c.id) > depuis)
        .order_by(le, table.c.id)
        .limit(LOT)
    )
