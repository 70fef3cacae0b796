"""Ce qui attend son jour, ou une signature; un fait se reconnaît à son type aussi.

Deux producteurs qui tirent le même identifiant ne se taisent plus. Les demandes d'avant se
relisent des sujets : `python -m facturation reconstruire`. Sur une grande base, l'exploitant bâtit
d'abord l'index `faits_0013` sans bloquer les écritures (EXPLOITATION.md).
"""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CLE = ["organisme", "acte_id", "type"]


def upgrade() -> None:
    op.create_table(
        "reveils",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("le", sa.Date, nullable=False),
    )
    op.create_index("reveils_le", "reveils", ["le"])
    migration.interne(op, "reveils")
    op.add_column("demandes", sa.Column("approbation_requise", sa.Boolean))
    _identifier("faits_0013", CLE)


def downgrade() -> None:
    """Échoue si deux producteurs ont donné le même identifiant."""
    _identifier("faits_0001", CLE[:2])
    op.drop_column("demandes", "approbation_requise")
    op.drop_table("reveils")


def _identifier(nom: str, cle: list[str]) -> None:
    op.create_index(nom, "faits", cle, unique=True, if_not_exists=True)
    op.drop_constraint("faits_pkey", "faits")
    op.execute(f"ALTER TABLE faits ADD CONSTRAINT faits_pkey PRIMARY KEY USING INDEX {nom}")
