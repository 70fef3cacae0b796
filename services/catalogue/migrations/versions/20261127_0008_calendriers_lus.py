"""Les versions du calendrier qu'un recalcul accepté a lues : une de plus le périme (SLA-7).

Ceux d'avant ne le disent pas : ils ne publient plus rien, et se redemandent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "recalculs_acceptes",
        sa.Column("calendriers", sa.Integer, comment="Combien de versions il a lues."),
    )


def downgrade() -> None:
    op.drop_column("recalculs_acceptes", "calendriers")
