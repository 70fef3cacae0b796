"""Les gels, les demandes de pièces et les destructions attestées (CI-23)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
TABLES = ("gels", "destructions", "demandes_de_pieces")


def upgrade() -> None:
    op.create_table(
        "gels",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("du_courtier", sa.Boolean, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("pose_par", sa.Text, nullable=False),
        sa.Column("pose_le", _INSTANT, nullable=False),
        sa.Column("motif_levee", sa.Text),
        sa.Column("levee_par", sa.Text),
        sa.Column("levee_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("gels_contrat", "gels", ["contrat_id", "id"])
    op.create_table(
        "destructions",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("piece_id", sa.Uuid, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("detruite_le", sa.Date, nullable=False),
        sa.Column("methode", sa.Text, nullable=False),
        sa.Column("attestation", sa.Text, nullable=False),
        sa.Column("attestee_par", sa.Text, nullable=False),
        sa.Column("attestee_le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "piece_id"),
    )
    op.create_index("destructions_piece", "destructions", ["piece_id"])
    _demandes()
    for table in TABLES:
        migration.par_organisme(op, table)


def _demandes() -> None:
    op.create_table(
        "demandes_de_pieces",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("piece_id", sa.Uuid, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("demandee_par", sa.Text, nullable=False),
        sa.Column("demandee_le", _INSTANT, nullable=False),
        sa.Column("due_le", sa.Date, nullable=False),
        sa.Column("attendue_le", sa.Date),
        sa.Column("transmise_le", sa.Date),
        sa.Column("transmise_par", sa.Text),
        sa.Column("transmission_inscrite_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("demandes_de_pieces_id", "demandes_de_pieces", ["id"])
    op.create_index("demandes_de_pieces_contrat", "demandes_de_pieces", ["contrat_id", "id"])
    op.create_index("demandes_de_pieces_piece", "demandes_de_pieces", ["piece_id"])
    op.create_index(
        "demandes_de_pieces_attendues",
        "demandes_de_pieces",
        ["attendue_le", "id"],
        postgresql_where=sa.text("attendue_le IS NOT NULL"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
