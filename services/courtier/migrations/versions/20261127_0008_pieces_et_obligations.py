"""Les pièces d'un dossier ou d'un contrat, et ce qu'un organisme doit à une date."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _pieces()
    _obligations()
    for table in ("pieces", "obligations"):
        migration.par_organisme(op, table)


def _pieces() -> None:
    op.create_table(
        "pieces",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("genre", sa.Text, nullable=False),
        sa.Column("dossier_id", sa.Uuid),
        sa.Column("contrat_id", sa.Uuid),
        sa.Column("titre", sa.Text, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("datee_le", sa.Date, nullable=False),
        sa.Column("deposee_par", sa.Text, nullable=False),
        sa.Column("deposee_le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "id"),
        sa.CheckConstraint(
            "dossier_id IS NOT NULL OR contrat_id IS NOT NULL", name="pieces_d_un_objet"
        ),
    )
    op.create_index("pieces_dossier", "pieces", ["organisme", "dossier_id", "id"])
    op.create_index("pieces_contrat", "pieces", ["organisme", "contrat_id", "id"])


def _obligations() -> None:
    op.create_table(
        "obligations",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("objet_id", sa.Uuid, nullable=False),
        sa.Column("contrat_id", sa.Uuid),
        sa.Column("dossier_id", sa.Uuid),
        sa.Column("due_le", sa.Date, nullable=False),
        sa.Column("ouverte_le", _INSTANT, nullable=False),
        sa.Column("rappels", sa.ARRAY(sa.Date), nullable=False, server_default="{}"),
        sa.Column("remplie_le", _INSTANT),
        sa.Column("abandonnee_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index(
        "obligations_courantes",
        "obligations",
        ["organisme", "objet_id", "nature"],
        unique=True,
        postgresql_where=sa.text("remplie_le IS NULL AND abandonnee_le IS NULL"),
    )
    op.create_index("obligations_objet", "obligations", ["organisme", "objet_id", "nature"])
    op.create_index("obligations_contrat", "obligations", ["organisme", "contrat_id", "id"])
    op.create_index("obligations_echeance", "obligations", ["organisme", "due_le", "id"])
    op.create_index("obligations_nature", "obligations", ["nature", "due_le", "id"])


def downgrade() -> None:
    op.drop_table("obligations")
    op.drop_table("pieces")
