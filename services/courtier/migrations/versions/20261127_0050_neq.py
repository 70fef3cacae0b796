"""Le numéro d'entreprise d'un organisme (CI-18)."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organismes", sa.Column("neq", sa.Text, comment="Dix chiffres; absent : pas dit (CI-18).")
    )


def downgrade() -> None:
    op.drop_column("organismes", "neq")
