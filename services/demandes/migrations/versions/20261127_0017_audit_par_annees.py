"""L'audit se garde par années : une année oubliée se retire d'un geste."""

from alembic import op

from socle.schema import migration

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migration.partager_audit(op)


def downgrade() -> None:
    migration.reunir_audit(op)
