"""Les abonnés et leurs envois."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from demandes.base import INSTANT, choix, metadonnees
from demandes.webhooks.domaine import EtatEnvoi, EtatWebhook

webhooks = Table(
    "webhooks",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, comment="Absent : abonné du MCN, pour tous les organismes."),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False, comment="Vide : tous."),
    Column("secrets", ARRAY(Text), nullable=False, comment="Chiffrées; la clé neuve d'abord."),
    Column("cree_le", INSTANT, nullable=False),
    Column("etat", choix(EtatWebhook), nullable=False),
    Column("echecs", Integer, nullable=False),
    Column("pause_jusqua", INSTANT, comment="Heure système."),
    Column("version", Integer, nullable=False),
    Index("webhooks_organisme", "organisme", "id"),
)

webhook_envois = Table(
    "webhook_envois",
    metadonnees,
    Column("webhook_id", Uuid, ForeignKey("webhooks.id"), primary_key=True),
    Column("evenement_id", Uuid, primary_key=True),
    Column("rang", BigInteger, Identity(always=True), nullable=False),
    Column("organisme", Text, comment="Celui de l'abonné."),
    Column("type", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("corps", LargeBinary, nullable=False),
    Column("etat", choix(EtatEnvoi), nullable=False),
    Column("essais", Integer, nullable=False),
    Column("prochain_essai", INSTANT, nullable=False, comment="Heure système."),
    Column("statut", Integer, comment="La dernière réponse HTTP."),
    Column("erreur", Text),
    Column("livre_le", INSTANT, comment="Heure système."),
    Index("webhook_envois_rang", "webhook_id", "rang"),
    Index("webhook_envois_age", text("COALESCE(livre_le, prochain_essai)")),
    Index("webhook_envois_etat", "webhook_id", "etat", "rang"),
    Index(
        "webhook_envois_dus",
        "webhook_id",
        "cle",
        "rang",
        postgresql_where=text("etat = 'a_envoyer'"),
    ),
)
