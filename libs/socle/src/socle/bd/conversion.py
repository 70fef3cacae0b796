"""Ligne ↔ objet du domaine, quand une colonne porte le nom du champ."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection

from noyau import Introuvable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
Ligne = Row[Any]


def colonnes(objet: "DataclassInstance") -> dict[str, Any]:
    """Les champs d'un objet, tels quels."""
    return {champ.name: getattr(objet, champ.name) for champ in fields(objet)}


def objet(classe: type[T], ligne: Ligne, **connus: object) -> T:
    """L'objet d'une ligne dont chaque champ, sauf les connus, a sa colonne.

    Une liste devient un tuple.
    """
    noms = [champ.name for champ in fields(classe) if champ.name not in connus]
    valeurs = {nom: ligne._mapping[nom] for nom in noms}
    lues = {nom: tuple(v) if isinstance(v, list) else v for nom, v in valeurs.items()}
    return classe(**lues, **connus)


async def trouver(
    connexion: AsyncConnection, requete: Executable, **valeurs: object
) -> Ligne | None:
    """La seule ligne d'une requête et de ses valeurs, ou rien."""
    ligne: Ligne | None = (await connexion.execute(requete, valeurs)).one_or_none()
    return ligne


async def une(
    connexion: AsyncConnection, requete: Executable, absent: str, **valeurs: object
) -> Ligne:
    """La seule ligne d'une requête et de ses valeurs; lève `Introuvable` avec ce message."""
    ligne = await trouver(connexion, requete, **valeurs)
    if ligne is None:
        raise Introuvable(absent)
    return ligne
