"""Les lectures : une requête par écran."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Row, Select, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from sla.adaptateurs.depots import ouvrir_depots
from sla.adaptateurs.tables import mesures
from sla.domaine.explication import Explication, expliquer
from socle.noyau import Introuvable

T = TypeVar("T")

ABSENTE = "Aucune mesure de cette demande n'est connue."


async def mesure(
    connexion: AsyncConnection, demande_id: UUID, presenter: Callable[[Row[Any]], T]
) -> T:
    """La mesure d'une demande, présentée; lève `Introuvable`."""
    requete = mesures_filtrees(demande_id=demande_id)
    ligne = (await connexion.execute(requete)).one_or_none()
    if ligne is None:
        raise Introuvable(ABSENTE)
    return presenter(ligne)


async def explication(connexion: AsyncConnection, demande_id: UUID, au: datetime) -> Explication:
    """L'explication d'un verdict, rejoué de l'histoire; lève `Introuvable`."""
    depots = ouvrir_depots(connexion)
    histoires = await depots.histoires.charger([demande_id])
    if not histoires:
        raise Introuvable(ABSENTE)
    return expliquer(histoires[0], await depots.fiches.toutes(), depots.calendrier, au=au)


async def rejeux_restants(connexion: AsyncConnection) -> bool:
    """Vrai s'il reste des demandes marquées à rejouer."""
    depots = ouvrir_depots(connexion)
    return bool(await depots.mesures.a_rejouer(depots.calendrier.version.version, 1))


def mesures_filtrees(**exacts: object) -> Select[Any]:
    """Les mesures dont chaque colonne nommée a cette valeur; None : sans filtre."""
    colonnes = [c for c in mesures.columns if c.name not in {"demande_id", "cible", "a_rejouer"}]
    lignes = (
        select(mesures.c.demande_id.label("id"), _sans_zeros(mesures.c.cible), *colonnes)
        .where(*_filtres(exacts))
        .subquery()
    )
    return select(lignes)


def exclusions(condition: str | None, **exacts: object) -> Select[Any]:
    """Une ligne par condition qui exclut une mesure du taux ajusté (SLA-8)."""
    examen = func.jsonb_array_elements(mesures.c.examens, type_=JSONB).column_valued(
        "examen", joins_implicitly=True
    )
    lignes = (
        select(
            mesures.c.demande_id.label("mesure_id"),
            *(mesures.c[nom] for nom in ("organisme", "numero", "indicateur", "periode")),
            *(
                examen[nom].astext.label(nom)
                for nom in ("condition", "libelle", "preuve", "auteur")
            ),
        )
        .where(mesures.c.exclue, examen["conclusion"].astext == "exclue", *_filtres(exacts))
        .subquery()
    )
    requete = select(lignes)
    return requete if condition is None else requete.where(lignes.c.condition == condition)


def _filtres(exacts: Mapping[str, object]) -> list[ColumnElement[bool]]:
    return [mesures.c[nom] == voulu for nom, voulu in exacts.items() if voulu is not None]


def _sans_zeros(cible: ColumnElement[Any]) -> ColumnElement[Any]:
    """« 0.95 » plutôt que « 0.950000 »."""
    return func.trim_scale(cible, type_=Numeric).label("cible")
