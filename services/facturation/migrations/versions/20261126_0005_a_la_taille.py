"""Ce qu'un calcul manqué laisse à voir; de quoi lire les grandes listes par leurs filtres."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CLE = ["organisme", "source", "tarif", "nature", "cle"]
_ATTENTES = {
    "lignes_en_attente_ouvertes": "levee_le IS NULL",
    "lignes_en_attente_levees": "levee_le IS NOT NULL",
}


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
    op.create_index("abonnements_debut", "abonnements", ["debut"])
    for nom, etat in _ATTENTES.items():
        op.create_index(nom, "lignes_en_attente", _CLE, postgresql_where=sa.text(etat))


def downgrade() -> None:
    for nom in _ATTENTES:
        op.drop_index(nom, "lignes_en_attente")
    op.drop_index("abonnements_debut", "abonnements")
    op.drop_index("factures_periode", "factures")
    op.drop_index("traitements_echoues", "traitements")
    op.drop_column("revues", "mise_de_cote")
    for table in ("traitements", "revues"):
        op.drop_column(table, "essais")
