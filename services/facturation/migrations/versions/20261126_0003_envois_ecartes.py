"""Les faits que le relais ne peut envoyer s'écartent, sans arrêter les autres."""

from alembic import op

from socle.schema import migration

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migration.completer_socle(op)


def downgrade() -> None:
    op.drop_table("socle_ecartes")
