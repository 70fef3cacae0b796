"""Les règlements, et ce qu'ils paient de chaque document."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_ARGENT = sa.Numeric(14, 2)


def upgrade() -> None:
    op.create_table(
        "reglements",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("le", sa.Date, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("annule", sa.Uuid),
        sa.Column("motif", sa.Text),
        sa.Column("inscrit_le", _INSTANT, nullable=False),
        sa.Column("inscrit_par", sa.Text, nullable=False),
        sa.UniqueConstraint("organisme", "annule", name="reglements_annule"),
        sa.ForeignKeyConstraint(["annule"], ["reglements.id"], name="reglements_contrepasse"),
    )
    op.create_index("reglements_le", "reglements", ["le", "id"])
    op.create_index("reglements_organisme", "reglements", ["organisme", "le", "id"])
    migration.par_organisme(op, "reglements")
    op.create_table(
        "acquittements",
        sa.Column("reglement_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("le", sa.Date, nullable=False),
        sa.Column("inscrit_le", _INSTANT, nullable=False),
        sa.Column("inscrit_par", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reglement_id", "rang"),
        sa.ForeignKeyConstraint(
            ["reglement_id"], ["reglements.id"], name="acquittements_reglement"
        ),
        sa.ForeignKeyConstraint(["numero"], ["factures.numero"], name="acquittements_document"),
    )
    op.create_index("acquittements_numero", "acquittements", ["organisme", "numero"])
    migration.par_organisme(op, "acquittements")
    for table in ("reglements", "acquittements"):
        op.execute(
            f"CREATE TRIGGER {table}_figes BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
        )


def downgrade() -> None:
    op.drop_table("acquittements")
    op.drop_table("reglements")
