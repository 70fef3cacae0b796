"""Ce qu'on lit : une requête par écran."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.adaptateurs import lignes
from demandes.adaptateurs.tables import actes_itsm, webhook_envois, webhooks
from demandes.domaine.itsm import Sort
from demandes.domaine.webhook import EtatEnvoi, EtatWebhook
from socle.exploitation.mesures import Jauge

T = TypeVar("T")
Ligne = Row[Any]
Vue = Callable[[AsyncConnection], Awaitable[T]]

_SYSTEME = func.clock_timestamp()
_ENVOI = [c for c in webhook_envois.c if c.name not in {"corps", "organisme"}]


def lister(table: Table, **filtres: object) -> Select[Any]:
    """Les lignes d'une table; un filtre vide ne compte pas."""
    return _filtrer(select(table), table, filtres)


def une(table: Table, presenter: Callable[[Ligne], T], quoi: str, **filtres: object) -> Vue[T]:
    """La vue de la seule ligne d'une table; elle lève `Introuvable`."""

    async def vue(connexion: AsyncConnection) -> T:
        return presenter(await lignes.une(connexion, lister(table, **filtres), quoi))

    return vue


def lister_envois(**filtres: object) -> Select[Any]:
    """Les envois, sans leur corps."""
    return _filtrer(select(*_ENVOI), webhook_envois, filtres)


def _filtrer(requete: Select[Any], table: Table, filtres: dict[str, object]) -> Select[Any]:
    conditions = (table.c[nom] == valeur for nom, valeur in filtres.items() if valeur is not None)
    return requete.where(*conditions)


@dataclass(frozen=True, slots=True)
class AbonneServi:
    """Où et sous quelles clés envoyer."""

    id: UUID
    organisme: str | None
    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnvoiDu:
    """Un envoi dont l'heure est venue; `essais` : ceux déjà faits."""

    evenement_id: UUID
    corps: bytes
    essais: int


async def abonnes_a_servir(connexion: AsyncConnection) -> list[AbonneServi]:
    """Les abonnés actifs, hors de leur repos, qui ont un envoi dû."""
    c = webhooks.c
    requete = select(c.id, c.organisme, c.url, c.secrets).where(
        webhooks.c.etat == EtatWebhook.ACTIF,
        or_(webhooks.c.pause_jusqua.is_(None), webhooks.c.pause_jusqua <= _SYSTEME),
        exists().where(webhook_envois.c.webhook_id == webhooks.c.id, _du()),
    )
    return [
        AbonneServi(id=i, organisme=organisme, url=url, secrets=tuple(s))
        for i, organisme, url, s in await connexion.execute(requete)
    ]


async def envois_dus(connexion: AsyncConnection, webhook_id: UUID, limite: int) -> list[EnvoiDu]:
    """Les envois dus d'un abonné, dans leur ordre; un seul par agrégat."""
    requete = (
        select(webhook_envois.c.evenement_id, webhook_envois.c.corps, webhook_envois.c.essais)
        .where(webhook_envois.c.webhook_id == webhook_id, _du())
        .order_by(webhook_envois.c.rang)
        .limit(limite)
    )
    return [EnvoiDu(*ligne) for ligne in await connexion.execute(requete)]


async def des_gares_durent(connexion: AsyncConnection, avant: datetime) -> bool:
    """Vrai si un acte garé depuis avant cet instant n'a pas encore été signalé."""
    requete = select(
        exists().where(
            actes_itsm.c.sort == Sort.GARE,
            actes_itsm.c.recu_le < avant,
            actes_itsm.c.signale_le.is_(None),
        )
    )
    return bool(await connexion.scalar(requete))


def _du() -> ColumnElement[bool]:
    """Un envoi est dû à son heure, s'il est le premier en attente de son agrégat."""
    precedent = webhook_envois.alias("precedent")
    return and_(
        webhook_envois.c.etat == EtatEnvoi.A_ENVOYER,
        webhook_envois.c.prochain_essai <= _SYSTEME,
        ~exists().where(
            precedent.c.webhook_id == webhook_envois.c.webhook_id,
            precedent.c.cle == webhook_envois.c.cle,
            precedent.c.etat == EtatEnvoi.A_ENVOYER,
            precedent.c.rang < webhook_envois.c.rang,
        ),
    )


def _combien(condition: ColumnElement[bool]) -> Vue[int]:
    """La vue qui compte les lignes tenant à une condition."""
    requete = select(func.count()).where(condition)

    async def vue(connexion: AsyncConnection) -> int:
        return (await connexion.execute(requete)).scalar_one()

    return vue


JAUGES = (
    Jauge(
        "sbg_demandes_actes_gares",
        "Actes de l'ITSM garés, en attente de leur prédécesseur.",
        _combien(actes_itsm.c.sort == Sort.GARE),
    ),
    Jauge(
        "sbg_demandes_envois_en_attente",
        "Envois de webhooks ni livrés ni abandonnés.",
        _combien(webhook_envois.c.etat == EtatEnvoi.A_ENVOYER),
    ),
    Jauge(
        "sbg_demandes_abonnes_en_quarantaine",
        "Abonnés aux webhooks mis en quarantaine.",
        _combien(webhooks.c.etat == EtatWebhook.QUARANTAINE),
    ),
)
"""Ce que l'exploitant surveille des demandes (DEM-10)."""
