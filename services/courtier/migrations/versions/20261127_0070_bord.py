"""Ce que le tableau du Courtier lit : les obligations ouvertes, les contrats par fin."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0064"


def upgrade() -> None:
    op.create_index(
        "obligations_ouvertes",
        "obligations",
        ["nature", "due_le", "id"],
        postgresql_where=sa.text("remplie_le IS NULL AND abandonnee_le IS NULL"),
    )
    op.create_index("contrats_fin", "contrats", ["fin", "id"])


def downgrade() -> None:
    op.drop_index("contrats_fin", "contrats")
    op.drop_index("obligations_ouvertes", "obligations")
