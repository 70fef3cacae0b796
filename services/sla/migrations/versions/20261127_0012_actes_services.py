"""Ce qui change d'un service mesuré s'inscrit : qui, quand, pourquoi (SLA-5).

De ce qui changea avant, nul n'a gardé l'auteur ni le motif : rien ne s'en inscrit.
"""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actes_services",
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column(
            "rang", sa.Integer, primary_key=True, comment="La version qu'il fait du service."
        ),
        sa.Column("libelle_avant", sa.Text, nullable=False),
        sa.Column("debut_avant", sa.Date, nullable=False),
        sa.Column("fin_avant", sa.Date),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("auteur", sa.Text, nullable=False),
        sa.Column("le", sa.DateTime(timezone=True), nullable=False),
        comment="Ce qui a changé d'un service, sans rien effacer (SLA-5).",
    )
    migration.du_mcn(op, "actes_services")
    op.execute(
        "CREATE FUNCTION acte_fige() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'Un acte inscrit ne change plus (SLA-5).'; END $$"
    )
    op.execute(
        "CREATE TRIGGER actes_services_figes BEFORE UPDATE OR DELETE ON actes_services"
        " FOR EACH ROW EXECUTE FUNCTION acte_fige()"
    )


def downgrade() -> None:
    op.drop_table("actes_services")
    op.execute("DROP FUNCTION acte_fige()")
