"""Ce qu'un calcul manqué laisse à voir; de quoi lire les grandes listes par leurs filtres.

Sur une grande base, l'exploitant bâtit d'abord ces index sans bloquer les écritures
(EXPLOITATION.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CLE = ["organisme", "source", "tarif", "nature", "cle"]
INDEX = (
    ("abonnements_debut", "abonnements", ["debut"], None),
    ("factures_periode", "factures", ["periode", "numero"], None),
    ("lignes_en_attente_ouvertes", "lignes_en_attente", _CLE, "levee_le IS NULL"),
    ("lignes_en_attente_levees", "lignes_en_attente", _CLE, "levee_le IS NOT NULL"),
)


def upgrade() -> None:
    for table in ("traitements", "revues"):
        essais = sa.Column("essais", sa.Integer, nullable=False, server_default="0")
        op.add_column(table, essais)
    op.add_column("revues", sa.Column("mise_de_cote", sa.Text))
    _indexer("traitements_echoues", "traitements", ["organisme"], "essais > 0")
    for nom, table, colonnes, parmi in INDEX:
        _indexer(nom, table, colonnes, parmi)


def _indexer(nom: str, table: str, colonnes: list[str], parmi: str | None) -> None:
    ou = None if parmi is None else sa.text(parmi)
    op.create_index(nom, table, colonnes, if_not_exists=True, postgresql_where=ou)


def downgrade() -> None:
    for nom, table, _, _ in INDEX:
        op.drop_index(nom, table)
    op.drop_index("traitements_echoues", "traitements")
    op.drop_column("revues", "mise_de_cote")
    for table in ("traitements", "revues"):
        op.drop_column(table, "essais")
