"""Ce que des personnes posent seules se lit de tous les auteurs ensemble."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("decisions_auteur", "decisions")
    op.create_index("decisions_proposees", "decisions", ["etat", "proposee_le"])


def downgrade() -> None:
    op.drop_index("decisions_proposees", "decisions")
    op.create_index("decisions_auteur", "decisions", ["proposee_par", "proposee_le"])
