"""Les versions du calendrier."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendriers",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("en_vigueur_depuis", sa.Date, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False, comment="L'ordre de publication."),
        sa.Column("document", JSONB, nullable=False, comment="Tout ce que dit la version."),
        sa.Column("publie_le", sa.DateTime(timezone=True), nullable=False),
        comment="Les versions du calendrier ouvrable (SLA-1).",
    )
    migration.commune(op, "calendriers")


def downgrade() -> None:
    op.drop_table("calendriers")
