"""Une exécution s'arrête, se reprend et se suit; ce que lit le tableau du mois.

Sur une grande base, l'exploitant bâtit d'abord `lignes_en_attente_depuis` sans bloquer les
écritures (EXPLOITATION.md).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
LUES = {
    "socle_rebuts": ("sujet", "cle", "raison", "ecarte_le"),
    "socle_stationnement": ("sujet", "cle", "stationne_le"),
    "revues": ("organisme", "mise_de_cote", "demandee_le"),
}
"""Ce que le tableau du mois lit de tables fermées à l'API."""
_INSTANTS = {
    "executions": ("arretee_le", "commencee_le", "reprise_le"),
    "traitements": ("traite_le",),
}


def upgrade() -> None:
    for table, colonnes in _INSTANTS.items():
        for colonne in colonnes:
            op.add_column(table, sa.Column(colonne, _INSTANT))
    op.add_column("executions", sa.Column("gestes", JSONB, nullable=False, server_default="[]"))
    op.add_column(
        "executions",
        sa.Column("approuves_seulement", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    for table, colonnes in LUES.items():
        migration.lue_du_mcn(op, table, *colonnes)
    op.create_index(
        "lignes_en_attente_depuis",
        "lignes_en_attente",
        ["depuis"],
        if_not_exists=True,
        postgresql_where=sa.text("levee_le IS NULL"),
    )
    op.add_column("traitements", sa.Column("tour", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("traitements", "tour")
    op.drop_index("lignes_en_attente_depuis", "lignes_en_attente")
    for table in LUES:
        migration.fermee_au_mcn(op, table)
    op.drop_column("executions", "approuves_seulement")
    op.drop_column("executions", "gestes")
    for table, colonnes in _INSTANTS.items():
        for colonne in colonnes:
            op.drop_column(table, colonne)
