"""Les simulations et leurs résultats, les budgets des organismes (FAC-11)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_ARGENT = sa.Numeric(14, 2)
TABLES = ("budgets", "chiffres", "volets", "simulations")


def upgrade() -> None:
    _simulations()
    _volets()
    _chiffres()
    op.create_table(
        "budgets",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("exercice", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("dit_le", _INSTANT, nullable=False),
        sa.Column("dit_par", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "exercice", "version"),
        sa.CheckConstraint("version > 0", name="budgets_version"),
    )
    for table in TABLES:
        migration.par_organisme(op, table)
    op.execute(
        "CREATE TRIGGER budgets_figes BEFORE UPDATE OR DELETE ON budgets"
        " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
    )


def _simulations() -> None:
    op.create_table(
        "simulations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("vise", sa.Text),
        sa.Column("effet", sa.Date),
        sa.Column("exercice", sa.Text),
        sa.Column("premier", sa.Text, nullable=False),
        sa.Column("dernier", sa.Text, nullable=False),
        sa.Column("hypothese", JSONB, nullable=False),
        sa.Column("instantane", sa.Text, nullable=False),
        sa.Column("demandee_le", _INSTANT, nullable=False),
        sa.Column("demandee_par", sa.Text, nullable=False),
        sa.Column("arretee_le", _INSTANT),
        sa.Column("terminee_le", _INSTANT),
        sa.Column("empreinte", sa.Text),
    )
    op.create_index("simulations_organisme", "simulations", ["organisme", "id"])
    op.create_index("simulations_demandee_le", "simulations", ["demandee_le"])


def _volets() -> None:
    op.create_table(
        "volets",
        sa.Column("simulation_id", sa.Uuid, nullable=False),
        sa.Column("vise", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("raison", sa.Text),
        sa.Column("essais", sa.Integer, nullable=False, server_default="0"),
        sa.Column("traite_le", _INSTANT),
        sa.Column("facture", _ARGENT),
        sa.Column("avant", _ARGENT),
        sa.Column("apres", _ARGENT),
        sa.Column("touches", JSONB, nullable=False),
        sa.Column("attentes_avant", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attentes_apres", sa.Integer, nullable=False, server_default="0"),
        sa.Column("statu_quos", JSONB, nullable=False),
        sa.Column("empreinte", sa.Text),
        sa.PrimaryKeyConstraint("simulation_id", "vise"),
        sa.ForeignKeyConstraint(
            ["simulation_id"], ["simulations.id"], name="volets_simulation", ondelete="CASCADE"
        ),
    )
    a_faire = sa.text("etat = 'a_faire'")
    op.create_index("volets_a_faire", "volets", ["simulation_id", "vise"], postgresql_where=a_faire)


def _chiffres() -> None:
    op.create_table(
        "chiffres",
        sa.Column("simulation_id", sa.Uuid, nullable=False),
        sa.Column("vise", sa.Text, nullable=False),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("tarif", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("facture", _ARGENT, nullable=False),
        sa.Column("avant", _ARGENT, nullable=False),
        sa.Column("apres", _ARGENT, nullable=False),
        sa.PrimaryKeyConstraint("simulation_id", "vise", "periode", "tarif"),
        sa.ForeignKeyConstraint(
            ["simulation_id", "vise"],
            ["volets.simulation_id", "volets.vise"],
            name="chiffres_volet",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
