"""Ce qu'on lit des abonnés et de leurs envois."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select

from contrats.base import CodeOrganisme
from demandes.webhooks.adaptateurs.tables import webhook_envois, webhooks
from demandes.webhooks.domaine import EtatEnvoi, EtatWebhook
from socle.bd.connexion import Connexion
from socle.bd.vues import Vue, VueListe, VueObjet
from socle.conservation import Famille, lot
from socle.horloge import horloge_systeme
from socle.reglages import Reglages
from socle.surveillance.jauges import Jauge

_SYSTEME = func.clock_timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreWebhooks:
    """Ce qu'on demande des abonnés."""

    organisme: CodeOrganisme | None = None
    etat: EtatWebhook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEnvois:
    """Ce qu'on demande des envois d'un abonné."""

    webhook_id: UUID
    etat: EtatEnvoi | None = None


WEBHOOK = VueObjet(select(webhooks), webhooks.c.id, "Abonné introuvable.")
WEBHOOKS = VueListe(requete=select(webhooks), filtre=FiltreWebhooks, cles=(webhooks.c.id,))
ENVOIS = VueListe(
    requete=select(*(c for c in webhook_envois.c if c.name not in {"corps", "organisme"})),
    filtre=FiltreEnvois,
    cles=(webhook_envois.c.rang,),
    decroissant=True,
)


def _a_porter() -> ColumnElement[bool]:
    """Un envoi part à son heure, s'il est le premier en attente de son agrégat."""
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


_A_SERVIR = select(webhooks.c.id, webhooks.c.organisme, webhooks.c.url, webhooks.c.secrets).where(
    webhooks.c.etat == EtatWebhook.ACTIF,
    or_(webhooks.c.pause_jusqua.is_(None), webhooks.c.pause_jusqua <= _SYSTEME),
    exists().where(webhook_envois.c.webhook_id == webhooks.c.id, _a_porter()),
)
_A_PORTER = (
    select(webhook_envois.c.evenement_id, webhook_envois.c.corps, webhook_envois.c.essais)
    .where(webhook_envois.c.webhook_id == bindparam("webhook_id"), _a_porter())
    .order_by(webhook_envois.c.rang)
    .limit(bindparam("limite"))
)


@dataclass(frozen=True, slots=True)
class AbonneServi:
    """Où et sous quelles clés envoyer."""

    id: UUID
    organisme: str | None
    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnvoiAPorter:
    """Un envoi dont l'heure est venue; `essais` : ceux déjà faits."""

    evenement_id: UUID
    corps: bytes
    essais: int


async def abonnes_a_servir(connexion: Connexion) -> list[AbonneServi]:
    """Les abonnés actifs, hors de leur repos, qui ont un envoi à porter."""
    return [
        AbonneServi(id=i, organisme=organisme, url=url, secrets=tuple(s))
        for i, organisme, url, s in await connexion.lignes(_A_SERVIR)
    ]


def envois_a_porter(webhook_id: UUID, limite: int) -> Vue[list[EnvoiAPorter]]:
    """Les envois à porter chez un abonné, dans leur ordre; un seul par agrégat."""

    async def vue(connexion: Connexion) -> list[EnvoiAPorter]:
        valeurs = {"webhook_id": webhook_id, "limite": limite}
        return [EnvoiAPorter(*ligne) for ligne in await connexion.lignes(_A_PORTER, valeurs)]

    return vue


def _combien(requete: Select[int]) -> Vue[int]:
    async def vue(connexion: Connexion) -> int:
        return int(await connexion.valeur(requete) or 0)

    return vue


JAUGES = (
    Jauge(
        "sbg_demandes_envois_en_attente",
        "Envois de webhooks ni livrés ni abandonnés.",
        _combien(select(func.count()).where(webhook_envois.c.etat == EtatEnvoi.A_ENVOYER)),
    ),
    Jauge(
        "sbg_demandes_abonnes_en_quarantaine",
        "Abonnés aux webhooks mis en quarantaine.",
        _combien(select(func.count()).where(webhooks.c.etat == EtatWebhook.QUARANTAINE)),
    ),
)
"""Ce que l'exploitant surveille des abonnés (DEM-10)."""


def conservation(reglages: Reglages) -> Sequence[Famille]:
    """Les envois s'oublient, livrés ou laissés en plan (DEM-10)."""
    jours, age = reglages.conservation.envois, "COALESCE(livre_le, prochain_essai)"

    def echue(_: datetime) -> str:
        return f"{age} < '{(horloge_systeme() - timedelta(days=jours)).isoformat()}'"

    envois = Famille(
        nom="envois",
        libelle="les envois aux webhooks, livrés ou laissés en plan",
        duree=f"{jours} jours",
        table="webhook_envois",
        echue=echue,
        lot=lot("webhook_envois", age, echue),
    )
    return (envois,)
