"""Les numéros publiés qu'une base restaurée ne sait plus attendent leur document (FAC-6)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "numeros_retenus",
        sa.Column("numero", sa.Text, primary_key=True),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("exercice", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("corrige", sa.Text),
        sa.Column("emis_a", sa.DateTime(timezone=True), nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("total", sa.Numeric(14, 2), nullable=False),
        sa.Column("annule_le", sa.DateTime(timezone=True)),
        sa.Column("motif", sa.Text),
        sa.CheckConstraint("(annule_le IS NULL) = (motif IS NULL)", name="numeros_retenus_motif"),
        comment="Publiés, puis perdus par une base restaurée; leur document les reprend (FAC-6).",
    )
    op.create_index("numeros_retenus_organisme", "numeros_retenus", ["organisme", "periode"])
    migration.par_organisme(op, "numeros_retenus")


def downgrade() -> None:
    op.drop_table("numeros_retenus")
