"""Un organisme compte de l'instant de son inscription (SLA-5)."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COMMENT = "Nul : reçue avant qu'on ne le garde, à minuit."


def upgrade() -> None:
    # De celles d'avant, l'heure n'est pas ici : refaire les copies du bus la rend.
    op.add_column(
        "inscriptions", sa.Column("inscrit_a", sa.DateTime(timezone=True), comment=COMMENT)
    )


def downgrade() -> None:
    op.drop_column("inscriptions", "inscrit_a")
