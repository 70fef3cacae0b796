"""Les grilles de frais que publie le catalogue, pour estimer ceux d'un scénario (CI-14)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frais_grilles",
        sa.Column("fiche", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("grilles", JSONB, nullable=False),
        comment="Ce qu'un contrat signé fait devoir, par version d'une fiche (CI-20).",
    )
    op.create_table(
        "frais_retraits",
        sa.Column("fiche", sa.Text, primary_key=True),
        sa.Column("debut", sa.Date, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        comment="Les versions de fiches retirées avant de valoir (CAT-2).",
    )
    migration.commune(op, "frais_grilles")
    migration.commune(op, "frais_retraits")


def downgrade() -> None:
    op.drop_table("frais_retraits")
    op.drop_table("frais_grilles")
