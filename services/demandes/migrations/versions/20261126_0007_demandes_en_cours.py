"""Les demandes en cours d'un organisme se comptent vite : leur nombre est borné (DEM-2)."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX demandes_en_cours ON demandes (organisme) WHERE etat IN ('approuvee',"
        " 'brouillon', 'creee', 'prise_en_charge', 'suspendue')"
    )


def downgrade() -> None:
    op.execute("DROP INDEX demandes_en_cours")
