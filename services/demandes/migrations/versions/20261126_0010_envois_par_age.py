"""Les vieux envois aux webhooks se trouvent par leur âge : la purge lisait toute la table."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX IF NOT EXISTS webhook_envois_age"
        " ON webhook_envois (COALESCE(livre_le, prochain_essai))"
    )


def downgrade() -> None:
    op.execute("DROP INDEX webhook_envois_age")
