"""Les usages constatés, et tout ce qu'on en a dit (CAT-9, DEM-12, DEM-13)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_QUANTITE = sa.Numeric()


def upgrade() -> None:
    op.create_table(
        "usages",
        sa.Column("id", sa.Uuid, primary_key=True, comment="Fonction de son identité (DEM-12)."),
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("usage", sa.Text, nullable=False),
        sa.Column("periode", sa.Text, nullable=False, comment="Le mois de son identité, aaaa-mm."),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("quantite", _QUANTITE, comment="Absente : l'usage est nul (DEM-13)."),
        sa.Column("unite", sa.Text, nullable=False),
        sa.Column("fait_le", sa.Date, nullable=False),
        sa.Column("survenu_le", _INSTANT, nullable=False),
        sa.Column("imputation", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        comment="Ce que les organismes consomment, tel que le dit leur dernier constat.",
    )
    for filtre in ("organisme", "usage", "periode"):
        op.create_index(f"usages_{filtre}", "usages", [filtre, "id"])
    migration.par_organisme(op, "usages")
    op.create_table(
        "constats",
        sa.Column("usage_id", sa.Uuid, sa.ForeignKey("usages.id"), nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("quantite", _QUANTITE),
        sa.Column("unite", sa.Text, nullable=False),
        sa.Column("fait_le", sa.Date, nullable=False),
        sa.Column("survenu_le", _INSTANT, nullable=False),
        sa.Column("imputation", sa.Text),
        sa.Column("motif", sa.Text, comment="Pourquoi il corrige le précédent."),
        sa.Column("enregistre_le", _INSTANT, nullable=False),
        sa.Column("acteur", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("usage_id", "rang"),
        comment="Tout ce qu'on a dit d'un usage : un ajout par constat, jamais modifié.",
    )
    migration.par_organisme(op, "constats")


def downgrade() -> None:
    op.drop_table("constats")
    op.drop_table("usages")
