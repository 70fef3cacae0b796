"""La consommation des contrats : bilans, commandes, factures du fournisseur."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_DOLLARS = sa.Numeric(14, 2)
_INSTANT = sa.DateTime(timezone=True)
_TABLES = ("bilans", "commandes", "factures_fournisseur")


def upgrade() -> None:
    op.create_table(
        "bilans",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("commande", _DOLLARS, nullable=False),
        sa.Column("facture", _DOLLARS, nullable=False),
        sa.Column("consomme", _DOLLARS, nullable=False),
        sa.Column("signales", sa.ARRAY(sa.Numeric(8, 6)), nullable=False),
        sa.Column("montant", _DOLLARS, nullable=False, comment="Celui pour lequel on a annoncé."),
        sa.Column("depasse", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "contrat_id"),
    )
    _commandes()
    _factures()
    for table in _TABLES:
        migration.par_organisme(op, table)


def _actes() -> list[sa.Column[object]]:
    return [
        sa.Column("inscrite_par", sa.Text, nullable=False),
        sa.Column("inscrite_le", _INSTANT, nullable=False),
        sa.Column("corrige", sa.Uuid),
        sa.Column("annulee_par", sa.Text),
        sa.Column("annulee_le", _INSTANT),
        sa.Column("annulee_motif", sa.Text),
    ]


def _commandes() -> None:
    op.create_table(
        "commandes",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("bon", sa.Text, nullable=False, comment="Le numéro de bon de l'organisme."),
        sa.Column("datee_le", sa.Date, nullable=False),
        sa.Column("lignes", JSONB, nullable=False),
        sa.Column("montant", _DOLLARS, nullable=False),
        sa.Column("facture", _DOLLARS, nullable=False),
        *_actes(),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("commandes_id", "commandes", ["id"])
    op.create_index("commandes_contrat", "commandes", ["contrat_id", "datee_le", "id"])
    op.create_index(
        "commandes_bon",
        "commandes",
        ["organisme", "contrat_id", "bon"],
        unique=True,
        postgresql_where=sa.text("annulee_le IS NULL"),
    )


def _factures() -> None:
    table = "factures_fournisseur"
    op.create_table(
        table,
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("numero", sa.Text, nullable=False, comment="Celui du fournisseur."),
        sa.Column("datee_le", sa.Date, nullable=False),
        sa.Column("montant", _DOLLARS, nullable=False),
        sa.Column("commande_id", sa.Uuid),
        *_actes(),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index(f"{table}_id", table, ["id"])
    op.create_index(f"{table}_contrat", table, ["contrat_id", "datee_le", "id"])
    op.create_index(f"{table}_commande", table, ["organisme", "commande_id"])
    op.create_index(
        f"{table}_numero",
        table,
        ["organisme", "contrat_id", "numero"],
        unique=True,
        postgresql_where=sa.text("annulee_le IS NULL"),
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
