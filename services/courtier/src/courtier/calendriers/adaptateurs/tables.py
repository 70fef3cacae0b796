"""La table des calendriers; elle se reconstruit des sujets du bus."""

from sqlalchemy import BigInteger, Column, Date, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

calendriers = Table(
    "calendriers",
    metadonnees,
    Column("version", Text, primary_key=True),
    Column("en_vigueur_depuis", Date, nullable=False),
    Column("rang", BigInteger, nullable=False, comment="Croît d'une publication à la suivante."),
    Column("document", JSONB, nullable=False),
    comment="Les versions du calendrier publiées par le catalogue (SLA-1).",
)
