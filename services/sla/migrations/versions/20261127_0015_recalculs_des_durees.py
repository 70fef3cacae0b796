"""Un recalcul recompte aussi les disponibilités (SLA-5, SLA-7)."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLONNES = {
    "durees": "Celle des services, clients et indisponibilités.",
    "mois_lu": "Le dernier dont les disponibilités sont recomptées.",
}
INDEX, CLE = "verdicts_recalcules_indicateur", [
    "recalcul_id", "indicateur", "mesure_id", "organisme",
]  # fmt: skip


def upgrade() -> None:
    # Un rapport d'avant n'en a recompté aucune : les deux y restent nulles, et rien ne s'y compare.
    for nom, comment in COLONNES.items():
        op.add_column("recalculs", sa.Column(nom, sa.Text, comment=comment))
    op.create_index(INDEX, "verdicts_recalcules", CLE)


def downgrade() -> None:
    op.drop_index(INDEX, "verdicts_recalcules")
    for nom in COLONNES:
        op.drop_column("recalculs", nom)
