"""Une disponibilité garde les versions du calendrier qu'elle a lues (SLA-5, SLA-7)."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COMMENT = "Les versions lues; nul : compté avant qu'on le garde."
_RECOMPTER = """
    UPDATE mois_comptes SET a_compter = true
    WHERE periode NOT IN (SELECT periode FROM fermetures)
"""


def upgrade() -> None:
    op.add_column("minutes", sa.Column("calendriers", sa.Text, comment=COMMENT))
    # Ce qui fut fermé ne les dit pas; les autres mois se recomptent, et les diront.
    op.execute(_RECOMPTER)


def downgrade() -> None:
    op.drop_column("minutes", "calendriers")
