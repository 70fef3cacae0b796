"""Le numéro lisible des demandes, que portent les lignes.

Celles d'avant se relisent des sujets : `python -m facturation reconstruire`.
"""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demandes",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("demande_id", sa.Uuid, nullable=False),
        sa.Column("numero", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "demande_id"),
        comment="Le numéro lisible des demandes, que portent les lignes (FAC-9).",
    )
    migration.par_organisme(op, "demandes")


def downgrade() -> None:
    op.drop_table("demandes")
