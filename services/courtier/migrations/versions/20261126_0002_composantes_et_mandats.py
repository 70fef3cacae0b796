"""Les composantes d'un prix, le dossier d'un contrat, la copie des mandats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COPIES = ("substitutions", "retraits_de_mandat", "mandats")


def upgrade() -> None:
    # Sans composantes, un prix est d'avant elles : une base par unité et par mois, ferme.
    op.add_column("offres_prix", sa.Column("composantes", JSONB(none_as_null=True)))
    op.add_column("offres_prix", sa.Column("modalites", JSONB(none_as_null=True)))
    op.add_column("contrats", sa.Column("dossier_id", sa.Uuid))
    op.add_column("contrats", sa.Column("imputation", sa.Text))
    op.add_column("contrats", sa.Column("client_mandat", sa.Uuid))
    op.add_column("contrats", sa.Column("client_substitution", sa.Uuid))
    _mandats()


def _mandats() -> None:
    op.create_table(
        "mandats",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False),
        sa.Column("familles", JSONB, nullable=False),
        sa.Column("plafond", sa.Numeric(16, 6)),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("mandats_sujet", "mandats", ["organisme", "sujet"])
    op.create_table(
        "retraits_de_mandat",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("mandat_id", sa.Uuid, nullable=False),
        sa.Column("fin", sa.Date, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "mandat_id"),
    )
    op.create_table(
        "substitutions",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("mandat_id", sa.Uuid, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("substitutions_sujet", "substitutions", ["organisme", "sujet"])
    for table in _COPIES:
        migration.par_organisme(op, table)


def downgrade() -> None:
    for table in _COPIES:
        op.drop_table(table)
    for colonne in ("client_substitution", "client_mandat", "imputation", "dossier_id"):
        op.drop_column("contrats", colonne)
    for colonne in ("modalites", "composantes"):
        op.drop_column("offres_prix", colonne)
