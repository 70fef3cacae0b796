"""Les vieux envois aux webhooks se trouvent par leur âge : la purge lisait toute la table."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX webhook_envois_age ON webhook_envois (COALESCE(livre_le, prochain_essai))"
    )


def downgrade() -> None:
    op.execute("DROP INDEX webhook_envois_age")
