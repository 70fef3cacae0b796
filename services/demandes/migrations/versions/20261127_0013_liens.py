"""Une demande dit son site; un abonnement sans actif, son service : un lien aussi (TEL-1)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "demandes",
        sa.Column("site", sa.Text, comment="Où elle se livre, si ses articles n'en disent rien."),
    )
    # La version précédente n'ouvre que du soutien étendu, sans le dire.
    op.add_column(
        "abonnements_soutien",
        sa.Column(
            "service",
            sa.String(40),
            nullable=False,
            server_default="soutien_etendu",
            comment="La sorte de la demande qui l'ouvre.",
        ),
    )
    op.add_column("abonnements_soutien", sa.Column("site", sa.Text, comment="Celui de la demande."))
    op.create_index("abonnements_soutien_service", "abonnements_soutien", ["service", "id"])
    op.create_table_comment(
        "abonnements_soutien",
        "Les abonnements sans actif, tous services; le nom date du premier.",
    )


def downgrade() -> None:
    op.drop_table_comment("abonnements_soutien")
    op.drop_index("abonnements_soutien_service", "abonnements_soutien")
    op.drop_column("abonnements_soutien", "site")
    op.drop_column("abonnements_soutien", "service")
    op.drop_column("demandes", "site")
