"""Le socle et les deux tables du témoin."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Crée le socle et les tables."""
    migration.creer_socle(op)
    op.create_table(
        "comptes",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("valeur", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "code"),
    )
    migration.par_organisme(op, "comptes")
    op.create_table(
        "effets",
        sa.Column("evenement_id", sa.Uuid, primary_key=True),
        sa.Column("cle", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("rang", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("survenu_le", sa.DateTime(timezone=True), nullable=False),
    )
    migration.interne(op, "effets")
    op.create_table(
        "passages",
        sa.Column("rang", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("evenement_id", sa.Uuid, nullable=False),
        sa.Column("cle", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        comment="Chaque passage d'un écho, sans unicité voulue : un effet double doit se voir.",
    )
    migration.interne(op, "passages")
