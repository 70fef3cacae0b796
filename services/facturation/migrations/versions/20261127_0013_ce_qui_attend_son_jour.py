"""Ce qui attend son jour, ou une signature; un fait se reconnaît à son type aussi.

Deux producteurs qui tirent le même identifiant ne se taisent plus. Les demandes d'avant
se relisent des sujets : `python -m facturation reconstruire`.
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
    op.add_column("demandes", sa.Column("approbation_requise", sa.Boolean))
    _identifier("organisme, acte_id, type")


def downgrade() -> None:
    """Échoue si deux producteurs ont donné le même identifiant."""
    _identifier("organisme, acte_id")
    op.drop_column("demandes", "approbation_requise")
    op.drop_table("rappels")


def _identifier(cle: str) -> None:
    op.execute(f"ALTER TABLE faits DROP CONSTRAINT faits_pkey, ADD PRIMARY KEY ({cle})")
