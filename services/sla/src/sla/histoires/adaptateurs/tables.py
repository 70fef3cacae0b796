"""Les tables des histoires; elles se reconstruisent des sujets du bus."""

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
    Column("donnees", JSONB, nullable=False, comment="Création, livraison faite ou attendues."),
    comment="Les épisodes de chaque demande, un par événement; jamais modifiés.",
)

rectifications = Table(
    "rectifications",
    metadonnees,
    Column("demande_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("acte_id", Uuid, primary_key=True),
    Column("rang", BigInteger, primary_key=True, comment="La séquence de l'événement."),
    Column("survenu_le", INSTANT, comment="L'heure juste; nul : l'acte est nul."),
    comment="Les rectifications des épisodes, connus ou non; jamais modifiées (DEM-13).",
)
