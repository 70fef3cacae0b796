"""Un groupe que rien ne clôt se signale à son jour; un fait se reconnaît à son type aussi.

Deux producteurs qui tirent le même identifiant ne se taisent plus l'un l'autre.
"""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0013"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rappels",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("le", sa.Date, nullable=False),
    )
    op.create_index("rappels_le", "rappels", ["le"])
    migration.interne(op, "rappels")


def downgrade() -> None:
    op.drop_table("rappels")
