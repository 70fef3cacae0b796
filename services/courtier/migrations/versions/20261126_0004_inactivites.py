"""Les temps où un organisme n'est plus client."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organismes",
        sa.Column(
            "inactivites",
            JSONB,
            nullable=False,
            server_default="[]",
            comment="Les temps où il n'est plus client (DEM-14).",
        ),
    )


def downgrade() -> None:
    op.drop_column("organismes", "inactivites")
