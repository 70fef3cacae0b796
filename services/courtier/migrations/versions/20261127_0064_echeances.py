"""La fin d'un contrat s'annonce; celles d'avant ne le furent pas, et le seront à leur date."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "contrats",
        sa.Column("echeance_annoncee", sa.Date, comment="La fin que « contrat.échu » a dite."),
    )
    op.create_index(
        "contrats_a_echoir",
        "contrats",
        ["fin", "id"],
        postgresql_where=sa.text(
            "etat = 'signe' AND NOT resilie AND echeance_annoncee IS DISTINCT FROM fin"
        ),
    )


def downgrade() -> None:
    op.drop_index("contrats_a_echoir", "contrats")
    op.drop_column("contrats", "echeance_annoncee")
