"""Ligne ↔ objet du domaine, quand une colonne porte le nom du champ."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from noyau import Introuvable
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne, Requete

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


class PlusieursLignes(Exception):
    """Une clé qui devait nommer un seul objet en nomme plusieurs."""


def colonnes(objet: "DataclassInstance") -> dict[str, Any]:
    """Les champs d'un objet, tels quels."""
    return {champ.name: getattr(objet, champ.name) for champ in fields(objet)}


def objet(classe: type[T], ligne: Ligne, **connus: object) -> T:
    """L'objet d'une ligne dont chaque champ, sauf les connus, a sa colonne.

    Une liste devient un tuple.
    """
    noms = [champ.name for champ in fields(classe) if champ.name not in connus]
    valeurs = {nom: getattr(ligne, nom) for nom in noms}
    lues = {nom: tuple(v) if isinstance(v, list) else v for nom, v in valeurs.items()}
    return classe(**lues, **connus)


async def trouver(connexion: Connexion, requete: Requete, **valeurs: object) -> Ligne | None:
    """La seule ligne d'une requête et de ses valeurs, ou rien; lève `PlusieursLignes`."""
    lues = await connexion.lignes(requete, valeurs)
    if len(lues) > 1:
        raise PlusieursLignes
    return lues[0] if lues else None


async def une(connexion: Connexion, requete: Requete, absent: str, **valeurs: object) -> Ligne:
    """La seule ligne d'une requête et de ses valeurs; lève `Introuvable` avec ce message."""
    ligne = await trouver(connexion, requete, **valeurs)
    if ligne is None:
        raise Introuvable(absent)
    return ligne
