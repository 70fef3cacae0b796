"""Ce qu'un calcul apprend se date d'une transaction; un aperçu approuvé en fixe l'horizon (FAC-7).

Ajouter la colonne sans défaut, puis son défaut, ne récrit aucune table : une ligne d'avant n'en a
pas, et compte à tout horizon.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.bd.base import Xid8
from socle.schema import migration

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPRISES = (
    "faits",
    "rectifications",
    "demandes",
    "fiches",
    "retraits",
    "prix",
    "produits",
    "statu_quos",
    "fins_statu_quo",
    "ajustements",
    "factures",
    "touchees",
)
_CONNU = """
CREATE FUNCTION connu(appris xid8) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT appris IS NULL
    OR coalesce(current_setting('sbg.horizon', true), '') = ''
    OR pg_visible_in_snapshot(appris, current_setting('sbg.horizon', true)::pg_snapshot)
$$
"""
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(_CONNU)
    for table in APPRISES:
        op.add_column(table, sa.Column("appris", Xid8))
        op.alter_column(table, "appris", server_default=sa.text("pg_current_xact_id()"))
    op.create_table(
        "approbations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("instantane", sa.Text, nullable=False),
        sa.Column("jalons", JSONB, nullable=False),
        sa.Column("client", JSONB, nullable=False),
        sa.Column("lignes", sa.Integer, nullable=False),
        sa.Column("total", sa.Numeric(14, 2), nullable=False),
        sa.Column("approuvee_le", _INSTANT, nullable=False),
        sa.Column("approuvee_par", sa.Text, nullable=False),
        sa.Column("sources_apprises_depuis", sa.Integer),
        sa.Column("apprises_depuis", ARRAY(sa.Text)),
        sa.Column("retiree_le", _INSTANT),
        sa.Column("retiree_par", sa.Text),
        sa.Column("motif_du_retrait", sa.Text),
    )
    op.create_index(
        "approbations_qui_valent",
        "approbations",
        ["organisme", "periode"],
        unique=True,
        postgresql_where=sa.text("retiree_le IS NULL"),
    )
    op.create_index("approbations_periode", "approbations", ["periode", "organisme", "id"])
    op.create_index("approbations_organisme", "approbations", ["organisme", "periode", "id"])
    migration.par_organisme(op, "approbations")


def downgrade() -> None:
    op.drop_table("approbations")
    for table in APPRISES:
        op.drop_column(table, "appris")
    op.execute("DROP FUNCTION connu(xid8)")
