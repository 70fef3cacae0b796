"""Un dossier dont le choix porte des réserves se liste.

Un choix d'avant n'a pas de planchers : il n'en porte aucune, jusqu'à ce qu'on le rechiffre.
"""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "dossiers",
        sa.Column(
            "reserves",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="Son choix porte des réserves (CI-15).",
        ),
    )
    op.alter_column("dossiers", "reserves", server_default=None)
    # verrou : des milliers de dossiers au plus, un instant
    op.create_index("dossiers_reserves", "dossiers", ["reserves", "id"])


def downgrade() -> None:
    op.drop_index("dossiers_reserves", "dossiers")
    op.drop_column("dossiers", "reserves")
