"""Les notes de crédit des décisions, à côté du document du mois.

Sur une grande base, l'exploitant ajoute d'abord les colonnes `piece`, ce qui est immédiat, puis
bâtit les index de `CLES` et `factures_nature` sans bloquer les écritures (EXPLOITATION.md).
"""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PIECE = "0 : le document du mois; ensuite, les notes de crédit des décisions."
_IDENTITE = ["source", "tarif", "nature", "debut", "cle"]
CLES = (
    ("factures", "factures_pkey", "PRIMARY KEY", ["organisme", "periode"], []),
    ("lignes", "lignes_pkey", "PRIMARY KEY", ["organisme", "periode"], ["rang"]),
    ("lignes", "lignes_identite", "UNIQUE", ["organisme", "periode"], _IDENTITE),
)
"""Les clés qui comprennent désormais la pièce, entre ces colonnes-ci et celles-là."""


def upgrade() -> None:
    _notes_de_credit()
    _numeroter_depuis_l_api()


def _notes_de_credit() -> None:
    for table in ("factures", "lignes"):
        piece = sa.Column("piece", sa.Integer, nullable=False, server_default="0", comment=PIECE)
        op.add_column(table, piece, if_not_exists=True)
    op.drop_constraint("lignes_facture", "lignes")
    for table, nom, genre, avant, apres in CLES:
        colonnes = [*avant, "piece", *apres]
        op.create_index(f"{nom}_0007", table, colonnes, unique=True, if_not_exists=True)
        op.drop_constraint(nom, table)
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {nom} {genre} USING INDEX {nom}_0007")
    _lier(["organisme", "periode", "piece"])
    op.add_column("factures", sa.Column("corrige", sa.Text))
    op.create_foreign_key("factures_corrigee", "factures", "factures", ["corrige"], ["numero"])
    op.create_check_constraint("factures_piece", "factures", "(piece = 0) = (corrige IS NULL)")
    op.create_index("factures_nature", "factures", ["nature", "numero"], if_not_exists=True)
    op.create_index(
        "factures_corrige",
        "factures",
        ["corrige", "numero"],
        postgresql_where=sa.text("corrige IS NOT NULL"),
    )


def _lier(cle: list[str]) -> None:
    op.create_foreign_key("lignes_facture", "lignes", "factures", cle, cle)


def _numeroter_depuis_l_api() -> None:
    """Une décision, qui vient de l'API, numérote sa note dans la suite des émissions."""
    op.execute("DROP POLICY compteurs_interne ON compteurs")
    migration.compteur(op, "compteurs")


def downgrade() -> None:
    op.execute("DROP POLICY compteurs_interne ON compteurs")
    op.execute("DROP POLICY compteurs_api ON compteurs")
    migration.interne(op, "compteurs")
    op.drop_constraint("lignes_facture", "lignes")
    op.drop_index("factures_nature", "factures")
    op.drop_column("factures", "corrige")
    for table, nom, genre, avant, apres in CLES:
        op.drop_constraint(nom, table)
        colonnes = ", ".join([*avant, *apres])
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {nom} {genre} ({colonnes})")
    for table in ("factures", "lignes"):
        op.drop_column(table, "piece")
    _lier(["organisme", "periode"])
