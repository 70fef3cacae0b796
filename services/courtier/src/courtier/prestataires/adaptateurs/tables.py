"""La table des prestataires."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

prestataires = sa.Table(
    "prestataires",
    metadonnees,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("neq", sa.Text),
    sa.Column("volets", JSONB, nullable=False),
    sa.Column("personne_ressource", sa.Text),
    sa.Column("debut", sa.Date, nullable=False),
    sa.Column("fin", sa.Date),
    sa.Column("motif_retrait", sa.Text),
    sa.UniqueConstraint("neq", name="prestataires_neq"),
    sa.CheckConstraint("fin IS NULL OR debut < fin", name="prestataires_periode"),
)
