"""Chaque filtre d'une liste a son index, dans l'ordre de ses pages."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEX = (
    ("contrats_etat", "contrats", ["etat", "id"]),
    ("contrats_fournisseur", "contrats", ["fournisseur_id", "id"]),
    ("contrats_organisme_etat", "contrats", ["organisme", "etat", "id"]),
    ("offres_versions_categorie", "offres_versions", ["categorie", "offre_id"]),
    ("offres_versions_qualification", "offres_versions", ["qualification", "offre_id"]),
)


def upgrade() -> None:
    for nom, table, colonnes in INDEX:
        op.create_index(nom, table, colonnes, if_not_exists=True)


def downgrade() -> None:
    for nom, table, _ in INDEX:
        op.drop_index(nom, table)
