"""La table des histoires; elle se reconstruit des sujets du bus."""

from sqlalchemy import BigInteger, Column, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from sla.base import INSTANT, metadonnees

histoires = Table(
    "histoires",
    metadonnees,
    Column("demande_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("evenement_id", Uuid, primary_key=True),
    Column("nature", Text, nullable=False),
    Column("survenu_le", INSTANT, nullable=False),
    Column("enregistre_le", INSTANT, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("donnees", JSONB, nullable=False, comment="Création, livraison faite ou attendues."),
    comment="Les épisodes de chaque demande, un par événement; jamais modifiés.",
)
