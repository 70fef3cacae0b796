"""Le numéro d'entreprise d'un organisme (DEM-8)."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organismes",
        sa.Column("neq", sa.Text, comment="Dix chiffres; absent : pas encore dit (DEM-8)."),
    )


def downgrade() -> None:
    op.drop_column("organismes", "neq")
