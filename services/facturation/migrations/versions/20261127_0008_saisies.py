"""Les montants que le MCN saisit, ce qu'il renonce à facturer, et ce qui s'en décide à deux."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from socle.bd.base import Xid8
from socle.schema import migration

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_ARGENT = sa.Numeric(14, 2)
_DITS = {
    "decisions": "nature, organisme, tarif, montant, lignes, numero, rang, motif, proposee_par",
    "saisies": "decision_id, organisme, tarif, montant, fait_le, motif, empreinte",
}
"""De chaque table, ce qui ne change plus une fois dit (FAC-13)."""


def upgrade() -> None:
    _decisions()
    _saisies()
    _ecartements()
    for table, dits in _DITS.items():
        op.execute(
            f"CREATE TRIGGER {table}_figees BEFORE DELETE OR UPDATE OF {dits} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
        )
    _garder_les_faits()


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text),
        sa.Column("tarif", sa.Text),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("lignes", sa.Integer, nullable=False),
        sa.Column("numero", sa.Text),
        sa.Column("rang", sa.Integer),
        sa.Column("motif", sa.Text),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("proposee_le", _INSTANT, nullable=False),
        sa.Column("proposee_par", sa.Text, nullable=False),
        sa.Column("tranchee_le", _INSTANT),
        sa.Column("tranchee_par", sa.Text),
        sa.Column("motif_refus", sa.Text),
    )
    op.create_index("decisions_etat", "decisions", ["etat", "id"])
    op.create_index("decisions_organisme", "decisions", ["organisme", "id"])
    op.create_index("decisions_auteur", "decisions", ["proposee_par", "proposee_le"])
    migration.par_organisme(op, "decisions")


def _saisies() -> None:
    op.create_table(
        "saisies",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("tarif", sa.Text, nullable=False),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("fait_le", sa.Date, nullable=False),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("demande_id", sa.Uuid),
        sa.Column("actif_id", sa.Uuid),
        sa.Column("site", sa.Text),
        sa.Column("imputation", sa.Text),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("annulee_le", _INSTANT),
        sa.Column("annulee_par", sa.Text),
        sa.Column("motif_annulation", sa.Text),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="saisies_decision_posee"),
    )
    op.create_index("saisies_decision", "saisies", ["decision_id", "rang"])
    op.create_index("saisies_organisme", "saisies", ["organisme", "id"])
    op.create_index("saisies_periode", "saisies", ["periode", "id"])
    op.create_index("saisies_etat", "saisies", ["etat", "id"])
    op.create_index("saisies_empreinte", "saisies", ["organisme", "empreinte"])
    migration.par_organisme(op, "saisies")


def _ecartements() -> None:
    """Ce que lit un calcul : il ne fait que croître, et dit ce qui l'a appris (FAC-7)."""
    op.create_table(
        "ecartements",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("tarif", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("cle", sa.Text, nullable=False),
        sa.Column("depuis", sa.Date, nullable=False),
        sa.Column("attente", sa.Text, nullable=False),
        sa.Column("evenements", ARRAY(sa.Uuid), nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("ecartee_le", _INSTANT, nullable=False),
        sa.Column("ecartee_par", sa.Text, nullable=False),
        sa.Column("appris", Xid8, server_default=sa.text("pg_current_xact_id()")),
        sa.PrimaryKeyConstraint("organisme", "source", "tarif", "nature", "cle"),
    )
    op.execute(
        "CREATE TRIGGER ecartements_figees BEFORE UPDATE OR DELETE ON ecartements"
        " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
    )
    migration.par_organisme(op, "ecartements")


def _garder_les_faits() -> None:
    """Les faits d'une saisie ne viennent d'aucun sujet : qui vide les copies ne les perd pas."""
    op.execute(
        "CREATE FUNCTION fait_saisi_garde() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN IF EXISTS (SELECT FROM saisies AS s"
        " WHERE s.organisme = OLD.organisme AND s.id = OLD.acte_id) THEN RETURN NULL; END IF;"
        " RETURN OLD; END $$"
    )
    for table in ("faits", "rectifications"):
        op.execute(
            f"CREATE TRIGGER {table}_saisis BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION fait_saisi_garde()"
        )


def downgrade() -> None:
    for table in ("faits", "rectifications"):
        op.execute(f"DROP TRIGGER {table}_saisis ON {table}")
    op.execute("DROP FUNCTION fait_saisi_garde()")
    op.drop_table("ecartements")
    op.drop_table("saisies")
    op.drop_table("decisions")
