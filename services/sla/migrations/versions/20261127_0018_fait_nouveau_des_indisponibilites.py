"""Ce qu'une contestation a obtenu d'une indisponibilité ne change que sur un fait nouveau."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COMMENT = "Ce qui permet de revenir sur une contestation acceptée."


def upgrade() -> None:
    op.add_column("actes_indisponibilites", sa.Column("fait_nouveau", sa.Text, comment=COMMENT))


def downgrade() -> None:
    op.drop_column("actes_indisponibilites", "fait_nouveau")
