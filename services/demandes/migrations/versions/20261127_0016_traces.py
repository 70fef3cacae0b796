"""La trace où une demande est née : ses actes, d'un autre jour, s'y relient."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "demandes",
        sa.Column(
            "trace",
            sa.Text,
            comment="La trace où elle est née, si elle part; ses actes s'y relient.",
        ),
    )


def downgrade() -> None:
    op.drop_column("demandes", "trace")
