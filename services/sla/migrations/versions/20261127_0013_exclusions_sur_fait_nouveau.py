"""Ce qui permet d'exclure de nouveau une mesure qu'une contestation a rendue au taux (SLA-8).

D'avant, rien n'est à remplir : nulle exclusion ne revenait sur ce qu'on avait obtenu sans le dire.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "exclusions",
        sa.Column("fait_nouveau", sa.Text, comment="Revient sur ce qu'une contestation a obtenu."),
    )


def downgrade() -> None:
    op.drop_column("exclusions", "fait_nouveau")
