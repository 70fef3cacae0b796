"""Une personne liste ses commentaires."""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("commentaires_auteur", "commentaires", ["organisme", "par", "id"])


def downgrade() -> None:
    op.drop_index("commentaires_auteur", "commentaires")
