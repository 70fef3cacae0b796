"""Une exécution s'arrête, se reprend, et dit depuis quand elle avance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_INSTANTS = {
    "executions": ("arretee_le", "commencee_le", "reprise_le"),
    "traitements": ("traite_le",),
}


def upgrade() -> None:
    for table, colonnes in _INSTANTS.items():
        for colonne in colonnes:
            op.add_column(table, sa.Column(colonne, _INSTANT))
    op.add_column("executions", sa.Column("gestes", JSONB, nullable=False, server_default="[]"))
    op.add_column(
        "executions",
        sa.Column("approuves_seulement", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.add_column("traitements", sa.Column("tour", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("traitements", "tour")
    op.drop_column("executions", "approuves_seulement")
    op.drop_column("executions", "gestes")
    for table, colonnes in _INSTANTS.items():
        for colonne in colonnes:
            op.drop_column(table, colonne)
