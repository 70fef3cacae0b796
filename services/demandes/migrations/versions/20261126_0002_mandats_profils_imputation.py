"""Des mandats par famille, des profils de taxes datés, l'imputation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _fichier_client()
    _registre()
    op.add_column("demandes", sa.Column("imputation", sa.Text))
    op.add_column("abonnements_soutien", sa.Column("imputation", sa.Text))
    op.add_column(
        "interventions",
        sa.Column("fonction", sa.Text, comment="Celle de la personne aidée, si on l'a dite."),
    )


def _fichier_client() -> None:
    op.add_column(
        "organismes",
        sa.Column(
            "profils_taxes",
            JSONB,
            nullable=False,
            server_default="[]",
            comment="Tels qu'on les a dits (FAC-15); vide : celui de « taxable ».",
        ),
    )
    op.add_column(
        "organismes",
        sa.Column("destinataire", JSONB(none_as_null=True), comment="Tel que publié (FAC-15)."),
    )
    op.add_column(
        "organismes",
        sa.Column("annonce_le", sa.Date, comment="Quand on l'a publié; absente : jamais."),
    )


def _registre() -> None:
    """Un mandat d'avant les familles permettait d'approuver : il le permet encore, et cela seul.

    Nul n'est publié : la tâche des registres le fera, une fois.
    """
    op.add_column(
        "signataires",
        sa.Column("courriel", sa.Text, comment="Son adresse professionnelle, s'il l'a donnée."),
    )
    op.add_column(
        "signataires",
        sa.Column(
            "familles",
            ARRAY(sa.Text),
            nullable=False,
            server_default="{demandes_de_service}",
            comment="Ce que le mandat permet de signer.",
        ),
    )
    op.add_column(
        "signataires",
        sa.Column("plafond", sa.Numeric(14, 2), comment="En dollars; absent : sans plafond."),
    )
    for table, le in (("signataires", "le"), ("substitutions", "la")):
        op.add_column(
            table,
            sa.Column(
                "publie",
                sa.Boolean,
                nullable=False,
                server_default=sa.false(),
                comment=f"Vrai si les autres {le} connaissent.",
            ),
        )


def downgrade() -> None:
    op.drop_column("interventions", "fonction")
    op.drop_column("abonnements_soutien", "imputation")
    op.drop_column("demandes", "imputation")
    for table in ("substitutions", "signataires"):
        op.drop_column(table, "publie")
    for colonne in ("plafond", "familles", "courriel"):
        op.drop_column("signataires", colonne)
    for colonne in ("annonce_le", "destinataire", "profils_taxes"):
        op.drop_column("organismes", colonne)
