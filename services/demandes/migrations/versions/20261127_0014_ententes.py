"""Les dates proposées d'un côté et acceptées de l'autre (PT-7, PT-8)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ententes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("demande_id", sa.Uuid, sa.ForeignKey("demandes.id"), nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column(
            "date_convenue", sa.Date, nullable=False, comment="Le dernier jour qui la tient."
        ),
        sa.Column("proposee_par", sa.String(40), nullable=False),
        sa.Column("auteur", sa.Text, nullable=False),
        sa.Column("proposee_le", _INSTANT, nullable=False),
        sa.Column("motif", sa.Text),
        sa.Column("acceptee_le", _INSTANT, comment="Absent : l'autre partie ne l'a pas acceptée."),
        sa.Column("acceptee_par", sa.Text),
        sa.UniqueConstraint("demande_id", "organisme", "rang", name="ententes_rang"),
        comment="Les dates proposées d'un côté et acceptées de l'autre (DEM-1).",
    )
    migration.par_organisme(op, "ententes")


def downgrade() -> None:
    op.drop_table("ententes")
