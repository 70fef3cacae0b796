"""Une exécution garde les mois qu'on lui a dit de sauter (FAC-6)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "executions", sa.Column("sautes", ARRAY(sa.Text), nullable=False, server_default="{}")
    )


def downgrade() -> None:
    op.drop_column("executions", "sautes")
