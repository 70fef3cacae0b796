"""Une note de crédit réduit une facture du fournisseur."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_FACTURES = "factures_fournisseur"


def upgrade() -> None:
    op.add_column(
        _FACTURES,
        sa.Column("reduit", sa.Uuid, comment="La facture que réduit une note de crédit."),
    )
    op.create_index(
        f"{_FACTURES}_notes",
        _FACTURES,
        ["organisme", "reduit"],
        postgresql_where=sa.text("reduit IS NOT NULL AND annulee_le IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(f"{_FACTURES}_notes", _FACTURES)
    op.drop_column(_FACTURES, "reduit")
