"""Chaque fichier client se redit une fois : ses inactivités, et son destinataire sans adresse."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # La tâche des registres publie ce qui n'a pas été annoncé (DEM-14, FAC-15).
    op.execute("UPDATE organismes SET annonce_le = NULL")


def downgrade() -> None:
    """Rien à défaire : une annonce de plus ne change rien."""
