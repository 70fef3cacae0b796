"""La table des fiches; elle se reconstruit des sujets du bus."""

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
    Column("fin", Date),
    Column("indicateurs", JSONB, nullable=False),
    comment="Les versions de fiches publiées par le catalogue.",
)
