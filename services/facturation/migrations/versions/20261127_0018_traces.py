"""La trace où un fait fut reçu : la facture qui le compte s'y relie."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "faits",
        sa.Column(
            "trace",
            sa.Text,
            comment="La trace où il fut reçu, si elle part; sa facture s'y relie.",
        ),
    )


def downgrade() -> None:
    op.drop_column("faits", "trace")
