"""La base du service : les métadonnées communes à ses tables, et sa garde d'écriture."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from sqlalchemy import DateTime, MetaData, Table, update

from noyau import Conflit, VersionPerimee
from socle.bd.connexion import Connexion
from socle.bd.pannes import est_unicite

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)


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
