"""Chaque filtre de la liste des contrats a son index, dans l'ordre de ses pages."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEX = (
    ("contrats_etat", ["etat", "id"]),
    ("contrats_fournisseur", ["fournisseur_id", "id"]),
    ("contrats_organisme_etat", ["organisme", "etat", "id"]),
)


def upgrade() -> None:
    for nom, colonnes in INDEX:
        op.create_index(nom, "contrats", colonnes, if_not_exists=True)


def downgrade() -> None:
    for nom, _ in INDEX:
        op.drop_index(nom, "contrats")
