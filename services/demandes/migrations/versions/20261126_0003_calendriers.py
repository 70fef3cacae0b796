"""Les versions du calendrier que catalogue publie."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from calendrier import lire_versions
from socle.schema import migration

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "calendriers",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("en_vigueur_depuis", sa.Date, nullable=False),
        sa.Column("rang", sa.BigInteger, nullable=False),
        sa.Column("document", JSONB, nullable=False),
        comment="Les versions du calendrier publiées par le catalogue (SLA-1).",
    )
    migration.commune(op, "calendriers")
    # Celles de la mise en route, que le catalogue republie à l'identique.
    op.bulk_insert(
        table,
        [
            {
                "version": v.version,
                "en_vigueur_depuis": v.en_vigueur_depuis,
                "rang": 0,
                "document": v.vers_document(),
            }
            for v in lire_versions()
        ],
    )


def downgrade() -> None:
    op.drop_table("calendriers")
