"""Les copies des organismes et de leurs mandats, refaites depuis le sujet de demandes."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

organismes = sa.Table(
    "organismes",
    metadonnees,
    sa.Column("organisme", sa.Text, primary_key=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("neq", sa.Text, comment="Dix chiffres; absent : pas dit (CI-18)."),
    sa.Column("assujetti_rcti", sa.Boolean, nullable=False),
    sa.Column(
        "inactivites",
        JSONB,
        nullable=False,
        server_default="[]",
        comment="Les temps où il n'est plus client (DEM-14).",
    ),
    sa.Column("sequence", sa.Integer, nullable=False),
)

# Chacune garde son état de plus haut rang; une fin ou une substitution peut précéder son mandat.

mandats = sa.Table(
    "mandats",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("familles", JSONB, nullable=False),
    sa.Column("plafond", sa.Numeric(16, 6), comment="Absent : sans plafond."),
    sa.Column("debut", sa.Date, nullable=False),
    sa.Column("fin", sa.Date, comment="Telle qu'inscrite; un retrait la remplace."),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("mandats_sujet", "organisme", "sujet"),
)

retraits = sa.Table(
    "retraits_de_mandat",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("mandat_id", sa.Uuid, nullable=False),
    sa.Column("fin", sa.Date, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "mandat_id"),
)

substitutions = sa.Table(
    "substitutions",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("mandat_id", sa.Uuid, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("debut", sa.Date, nullable=False),
    sa.Column("fin", sa.Date, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("substitutions_sujet", "organisme", "sujet"),
)
