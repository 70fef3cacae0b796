"""Les tables des histoires; elles se reconstruisent des sujets du bus."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from sla.base import INSTANT, metadonnees

histoires = Table(
    "histoires",
    metadonnees,
    Column("sujet", Text, primary_key=True, comment="La sorte de sujet."),
    Column("sujet_id", Text, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("acte_id", Uuid, primary_key=True, comment="L'événement qui l'a dit."),
    Column("type", Text, nullable=False),
    Column("survenu_le", INSTANT, nullable=False),
    Column("enregistre_le", INSTANT, nullable=False),
    Column("faits", JSONB, nullable=False, comment="Les faits nommés de l'événement."),
    Column("attendues", JSONB, nullable=False, comment="Les livraisons qu'il annonce."),
    Column("origine_sorte", Text, comment="Le sujet dont l'histoire précède, s'il y en a un."),
    Column("origine_id", Text),
    Index("histoires_acte", "acte_id"),
    Index("histoires_origine", "origine_id", postgresql_where=text("origine_id IS NOT NULL")),
    comment="Les épisodes de chaque sujet, un par événement; jamais modifiés.",
)

rectifications = Table(
    "rectifications",
    metadonnees,
    Column("acte_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("rang", BigInteger, primary_key=True, comment="La séquence de l'événement."),
    Column("survenu_le", INSTANT, comment="L'heure juste; nul : l'acte est nul."),
    Column("enregistre_le", INSTANT, comment="Nul : reçue avant qu'on ne le garde."),
    comment="Les rectifications des épisodes, connus ou non; jamais modifiées (DEM-13).",
)
