"""Le remplacement d'un actif, et la durée de vie des produits (DEM-7, FAC-2, FAC-5)."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _colonnes() -> dict[str, tuple[sa.Column[object], ...]]:
    return {
        "produits": (
            sa.Column("duree_de_vie_mois", sa.Integer, comment="Absente : le CSC juge (FAC-2)."),
        ),
        "actifs": (
            sa.Column("remplace_par", sa.Uuid),
            sa.Column("succede_a", sa.Uuid, comment="L'actif dont il a pris la place."),
            sa.Column(
                "engage_depuis",
                sa.Date,
                comment="Le début de l'engagement qu'il en a reçu (FAC-5).",
            ),
        ),
        "mouvements": (
            sa.Column(
                "autre_id", sa.Uuid, comment="Qui prend la place, ou celui dont on la prend."
            ),
            sa.Column("raison", sa.String(40)),
            sa.Column(
                "duree_de_vie_mois",
                sa.Integer,
                comment="Celle du produit, quand on l'a inscrit.",
            ),
            sa.Column("premature", sa.Boolean),
            sa.Column("motif", sa.Text),
            sa.Column(
                "depuis",
                sa.Date,
                comment="Le début d'engagement qu'il solde ou reporte (FAC-5).",
            ),
        ),
    }


def upgrade() -> None:
    for table, colonnes in _colonnes().items():
        for colonne in colonnes:
            op.add_column(table, colonne)


def downgrade() -> None:
    for table, colonnes in _colonnes().items():
        for colonne in colonnes:
            op.drop_column(table, colonne.name)
