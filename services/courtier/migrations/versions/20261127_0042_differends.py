"""Les différends, les plaintes et les incidents d'un contrat (CI-21)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLES = ("differends", "incidents")


def upgrade() -> None:
    op.create_table(
        "differends",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("fournisseur_id", sa.Uuid, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("objet", sa.Text, nullable=False),
        sa.Column("ferme", sa.Boolean, nullable=False),
        sa.Column("signale_depuis", sa.Date),
        sa.Column("contenu", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_table(
        "incidents",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("fournisseur_id", sa.Uuid, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("renseignements_personnels", sa.Boolean, nullable=False),
        sa.Column("avis_manquant", sa.Boolean, nullable=False),
        sa.Column("contenu", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    for table in TABLES:
        op.create_index(f"{table}_id", table, ["id"])
        op.create_index(f"{table}_contrat", table, ["contrat_id", "id"])
        op.create_index(f"{table}_fournisseur", table, ["fournisseur_id", "id"])
        op.create_index(f"{table}_nature", table, ["nature", "id"])
        migration.par_organisme(op, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
