"""La durée de vie d'un produit, avant laquelle un remplacement est prématuré (FAC-2)."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "produits",
        sa.Column("duree_de_vie_mois", sa.Integer, comment="Absente : le CSC juge (FAC-2)."),
    )


def downgrade() -> None:
    op.drop_column("produits", "duree_de_vie_mois")
