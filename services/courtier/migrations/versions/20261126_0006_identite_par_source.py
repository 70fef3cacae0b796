"""Un événement se reconnaît à sa source et à son identifiant (CloudEvents)."""

from alembic import op

from socle.schema import migration

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migration.identifier_par_sujet(op)


def downgrade() -> None:
    migration.identifier_sans_sujet(op)
