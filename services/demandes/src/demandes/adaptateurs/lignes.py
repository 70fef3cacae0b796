"""Ligne ↔ objet du domaine, quand une colonne porte le nom du champ."""

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.domaine.demande import Article, Demande, FaitsDeMesure, Travail
from demandes.domaine.organisme import Interlocuteur, Organisme
from demandes.domaine.produit import Livraison
from socle.noyau import Introuvable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def colonnes(objet: "DataclassInstance") -> dict[str, Any]:
    """Les champs d'un objet, tels quels."""
    return {champ.name: getattr(objet, champ.name) for champ in fields(objet)}


def objet(classe: type[T], ligne: Row[Any]) -> T:
    """L'objet d'une ligne dont chaque champ a sa colonne; une liste devient un tuple."""
    valeurs = ligne._mapping
    return classe(
        **{
            champ.name: tuple(v) if isinstance(v := valeurs[champ.name], list) else v
            for champ in fields(classe)
        }
    )


async def une(
    connexion: AsyncConnection, requete: Select[Any], quoi: str, **valeurs: object
) -> Row[Any]:
    """La seule ligne d'une requête et de ses valeurs; lève `Introuvable`."""
    ligne: Row[Any] | None = (await connexion.execute(requete, valeurs)).one_or_none()
    if ligne is None:
        raise Introuvable(f"{quoi} introuvable.")
    return ligne


def demande_de(ligne: Row[Any]) -> Demande:
    """Une demande, ses articles et ses faits de mesure."""
    valeurs = dict(ligne._mapping)
    valeurs["articles"] = tuple(_article(article) for article in valeurs["articles"])
    valeurs["faits"] = FaitsDeMesure(**valeurs["faits"])
    return Demande(**valeurs)


def organisme_de(ligne: Row[Any]) -> Organisme:
    """Un fichier client."""
    valeurs = dict(ligne._mapping)
    interlocuteur = valeurs["interlocuteur"]
    valeurs["interlocuteur"] = interlocuteur and Interlocuteur(**interlocuteur)
    return Organisme(code=valeurs.pop("organisme"), **valeurs)


def travaux_de(valeurs: list[dict[str, Any]]) -> tuple[Travail, ...]:
    """Du temps travaillé gardé en JSON."""
    return tuple(Travail(**valeur) for valeur in valeurs)


def _article(valeurs: dict[str, Any]) -> Article:
    return Article(
        **{
            **valeurs,
            "id": UUID(valeurs["id"]),
            "livraison": Livraison(valeurs["livraison"]),
            "livre_le": valeurs["livre_le"] and datetime.fromisoformat(valeurs["livre_le"]),
            "actif_id": valeurs["actif_id"] and UUID(valeurs["actif_id"]),
            "travaux": travaux_de(valeurs["travaux"]),
        }
    )
