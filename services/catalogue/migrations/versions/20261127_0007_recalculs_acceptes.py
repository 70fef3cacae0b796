"""Les recalculs acceptés, que nomme une version qui décide de jours commencés (SLA-7)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recalculs_acceptes",
        sa.Column("recalcul_id", sa.Uuid, primary_key=True),
        sa.Column("sorte", sa.Text, nullable=False, comment="« calendrier » ou « fiche »."),
        sa.Column("empreinte", sa.Text, nullable=False, comment="De ce qui se publiera."),
        comment="Les recalculs que la mesure dit acceptés; refaits du bus (SLA-7).",
    )
    migration.commune(op, "recalculs_acceptes")


def downgrade() -> None:
    op.drop_table("recalculs_acceptes")
