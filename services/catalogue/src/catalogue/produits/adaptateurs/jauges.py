"""Ce que l'exploitant voit du catalogue : un chargement qui manque s'y lit."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select

from catalogue.produits.adaptateurs.tables import produits
from socle.bd.connexion import Connexion
from socle.surveillance.jauges import Famille

_c = produits.c
_PAR_STATUT = select(_c.statut, func.count().label("nombre")).group_by(_c.statut)


async def _des_statuts(connexion: Connexion, _: datetime) -> Mapping[str, Mapping[str, float]]:
    return {
        "sbg_catalogue_produits": {x.statut: x.nombre for x in await connexion.lignes(_PAR_STATUT)}
    }


JAUGES = (
    Famille(
        "statut",
        MappingProxyType({"sbg_catalogue_produits": "Produits du catalogue."}),
        _des_statuts,
    ),
)
