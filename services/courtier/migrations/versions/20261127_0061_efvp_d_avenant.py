"""L'EFVP des offres qu'un avenant ajoute (CI-13)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("avenants", sa.Column("efvp", JSONB(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("avenants", "efvp")
