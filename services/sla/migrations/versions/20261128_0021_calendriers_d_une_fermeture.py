"""Une fermeture garde les versions du calendrier qui décidaient de ses jours (SLA-7, SLA-9)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Ce qui est fermé ne les dit pas : nul ne sait plus ce qui valait alors.
    comment = "Nul : fermée avant qu'on les fige."
    op.add_column("fermetures", sa.Column("calendriers", ARRAY(sa.Text), comment=comment))


def downgrade() -> None:
    op.drop_column("fermetures", "calendriers")
