"""Les tables des fiches; elles se reconstruisent des sujets du bus."""

from sqlalchemy import Column, Date, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from sla.base import metadonnees

fiches = Table(
    "fiches",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("titre", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("indicateurs", JSONB, nullable=False),
    comment="Les versions de fiches publiées par le catalogue.",
)

retraits = Table(
    "retraits",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, primary_key=True),
    comment="Les versions qui ne vaudront pas, connues ou non (CAT-2).",
)
