"""L'autorisation budgétaire d'un avenant (CI-16)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("avenants", sa.Column("budget", JSONB(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("avenants", "budget")
