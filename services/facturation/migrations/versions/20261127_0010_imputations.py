"""Le code d'imputation d'une source se change pour l'avenir; ce qui est dit ne se récrit pas."""

import sqlalchemy as sa
from alembic import op

from socle.bd.base import Xid8
from socle.schema import migration

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imputations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("dite_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dite_par", sa.Text, nullable=False),
        sa.Column("appris", Xid8, server_default=sa.text("pg_current_xact_id()")),
    )
    op.create_index("imputations_source", "imputations", ["organisme", "source", "debut", "id"])
    migration.par_organisme(op, "imputations")
    op.execute(
        "CREATE TRIGGER imputations_figees BEFORE UPDATE OR DELETE ON imputations"
        " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
    )


def downgrade() -> None:
    op.drop_table("imputations")
