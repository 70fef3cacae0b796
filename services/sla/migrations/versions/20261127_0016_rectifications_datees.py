"""Une rectification dit quand elle fut enregistrée : la cause d'une correction s'y lit (SLA-7)."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COMMENT = "Nul : reçue avant qu'on ne le garde."


def upgrade() -> None:
    # De celles d'avant, on ne sait plus quand : les corrections qu'elles voulaient sont faites.
    op.add_column(
        "rectifications", sa.Column("enregistre_le", sa.DateTime(timezone=True), comment=COMMENT)
    )


def downgrade() -> None:
    op.drop_column("rectifications", "enregistre_le")
