"""Les tables des fiches; elles se reconstruisent des sujets du bus."""

from sqlalchemy import BigInteger, Column, Date, Integer, Table, Text, Uuid
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

statu_quo = Table(
    "statu_quo",
    metadonnees,
    Column("statu_quo_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("fiche", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("debut", Date, nullable=False),
    comment="Les versions que des organismes gardent, connues ou non (CAT-6).",
)

fins_de_statu_quo = Table(
    "fins_de_statu_quo",
    metadonnees,
    Column("statu_quo_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("fiche", Text, nullable=False),
    Column("fin", Date, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    comment="La dernière fin dite de chaque statu quo, connu ou non (CAT-6).",
)

calendriers = Table(
    "calendriers",
    metadonnees,
    Column("version", Text, primary_key=True),
    Column("en_vigueur_depuis", Date, nullable=False),
    Column("rang", BigInteger, nullable=False, comment="Croît d'une publication à la suivante."),
    Column("document", JSONB, nullable=False),
    comment="Les versions du calendrier publiées par le catalogue (SLA-1).",
)
