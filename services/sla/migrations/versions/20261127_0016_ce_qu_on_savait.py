"""Ce qu'on savait : une rectification datée, les fiches que lisait un mois fermé (SLA-7)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COMMENT = "Nul : reçue avant qu'on ne le garde."


def upgrade() -> None:
    # De celles d'avant, on ne sait plus quand : les corrections qu'elles voulaient sont faites.
    op.add_column(
        "rectifications", sa.Column("enregistre_le", sa.DateTime(timezone=True), comment=COMMENT)
    )
    # D'un mois fermé avant, nul ne sait plus ce qu'on lisait : il se lit encore à ce jour.
    op.create_table(
        "fiches_fermees",
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True, comment="Vide : tous ensemble."),
        sa.Column("fiches", JSONB, nullable=False),
        comment="Les versions de fiches que lisait une période à sa fermeture (SLA-7).",
    )
    migration.par_organisme(op, "fiches_fermees")


def downgrade() -> None:
    op.drop_table("fiches_fermees")
    op.drop_column("rectifications", "enregistre_le")
