"""Ce qu'un calcul manqué laisse à voir; de quoi lire les grandes listes par leurs filtres."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("traitements", "revues"):
        essais = sa.Column("essais", sa.Integer, nullable=False, server_default="0")
        op.add_column(table, essais)
    op.add_column("revues", sa.Column("mise_de_cote", sa.Text))
    op.create_index(
        "traitements_echoues",
        "traitements",
        ["organisme"],
        postgresql_where=sa.text("essais > 0"),
    )
    op.create_index("factures_periode", "factures", ["periode", "numero"])


def downgrade() -> None:
    op.drop_index("factures_periode", "factures")
    op.drop_index("traitements_echoues", "traitements")
    op.drop_column("revues", "mise_de_cote")
    for table in ("traitements", "revues"):
        op.drop_column(table, "essais")
