"""Ce que le CSC et la direction surveillent des demandes en cours : états, sortes, âges."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from sqlalchemy import DateTime, bindparam, func, select

from demandes.demande.adaptateurs.tables import demandes
from demandes.demande.domaine.demande import EN_COURS, Etat
from socle.bd.connexion import Connexion
from socle.bd.instructions import parmi
from socle.surveillance.jauges import Famille

_c = demandes.c
_PAR_ETAT = (
    select(_c.etat, func.count().label("nombre"), func.min(_c.cree_le).label("depuis"))
    .where(parmi(_c.etat, EN_COURS))
    .group_by(_c.etat)
)
SOUMISES: Final = EN_COURS - {Etat.BROUILLON}
"""Les états d'une demande que quelqu'un attend."""
_PAR_SORTE = (
    select(_c.sorte, func.count().label("nombre"))
    .where(parmi(_c.etat, SOUMISES))
    .group_by(_c.sorte)
)
_BORNES: Final = (0, 2, 5, 10, 20)
TRANCHES: Final[Mapping[str, tuple[int, int | None]]] = MappingProxyType(
    {f"{debut} à {fin - 1} j": (debut, fin) for debut, fin in pairwise(_BORNES)}
    | {f"{_BORNES[-1]} j et plus": (_BORNES[-1], None)}
)
"""Des âges en jours civils de vingt-quatre heures; la fin est exclue."""
_PAR_AGE = select(func.count()).where(
    parmi(_c.etat, SOUMISES),
    _c.soumise_le <= bindparam("avant", type_=DateTime(timezone=True)),
    _c.soumise_le > bindparam("apres", type_=DateTime(timezone=True)),
)
_LE_DEBUT: Final = timedelta(days=36_525)
"""Avant toute demande."""


async def _des_etats(
    connexion: Connexion, maintenant: datetime
) -> Mapping[str, Mapping[str, float]]:
    lignes = await connexion.lignes(_PAR_ETAT)
    return {
        "sbg_demandes_en_cours": {x.etat: x.nombre for x in lignes},
        "sbg_demandes_age_maximal_secondes": {
            x.etat: max(0.0, (maintenant - x.depuis).total_seconds()) for x in lignes
        },
    }


async def _des_sortes(connexion: Connexion, _: datetime) -> Mapping[str, Mapping[str, float]]:
    lignes = await connexion.lignes(_PAR_SORTE)
    return {"sbg_demandes_par_sorte": {x.sorte: x.nombre for x in lignes}}


async def _des_ages(
    connexion: Connexion, maintenant: datetime
) -> Mapping[str, Mapping[str, float]]:
    nombres: dict[str, float] = {}
    for tranche, (debut, fin) in TRANCHES.items():
        bornes = {
            # Ce que l'ITSM antidate ou que l'horloge devance n'a pas encore un jour.
            "avant": maintenant - timedelta(days=debut) if debut else maintenant + _LE_DEBUT,
            "apres": maintenant - (_LE_DEBUT if fin is None else timedelta(days=fin)),
        }
        nombres[tranche] = await connexion.valeur(_PAR_AGE, bornes)
    return {"sbg_demandes_par_age": nombres}


JAUGES = (
    Famille(
        "etat",
        MappingProxyType(
            {
                "sbg_demandes_en_cours": "Demandes qui ne sont pas finies, brouillons compris.",
                "sbg_demandes_age_maximal_secondes": "Âge de la plus vieille de ces demandes.",
            }
        ),
        _des_etats,
    ),
    Famille(
        "sorte",
        MappingProxyType({"sbg_demandes_par_sorte": "Demandes soumises et pas finies."}),
        _des_sortes,
    ),
    Famille(
        "tranche",
        MappingProxyType(
            {"sbg_demandes_par_age": "Demandes soumises et pas finies, par âge depuis leur dépôt."}
        ),
        _des_ages,
    ),
)
