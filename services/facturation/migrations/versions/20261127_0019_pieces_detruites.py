"""Une pièce échue se détruit, une fois, et l'atteste; un gel l'empêche (FAC-8)."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_GARDEES = ["versee_le", "contestation_id", "empreinte"]
INDEX = {"pieces_gardees": _GARDEES, "pieces_gardees_organisme": ["organisme", *_GARDEES]}

SAUF_DETRUITE = """WHEN (
  OLD.detruite_le IS NOT NULL OR NEW.detruite_le IS NULL
  OR current_setting('sbg.portee', true) IS DISTINCT FROM 'mcn'
  OR (OLD.contestation_id, OLD.empreinte, OLD.organisme, OLD.genre, OLD.taille, OLD.versee_le,
      OLD.versee_par)
     IS DISTINCT FROM (NEW.contestation_id, NEW.empreinte, NEW.organisme, NEW.genre, NEW.taille,
                       NEW.versee_le, NEW.versee_par)
)"""
"""Une pièce ne change que pour se détruire, une fois, par le MCN; ce qu'elle fut demeure."""


FINIES = """
UPDATE contestations AS c SET finie_le = (
  SELECT max(e.le) FROM echanges AS e WHERE e.contestation_id = c.id)
WHERE etat IN ('acceptee', 'partielle', 'rejetee', 'retiree')
"""


def upgrade() -> None:
    op.add_column(
        "contestations",
        sa.Column("finie_le", sa.DateTime(timezone=True), comment="Absent : en cours."),
    )
    op.execute(FINIES)
    op.add_column(
        "contestations",
        sa.Column(
            "gelee",
            sa.Boolean,
            nullable=False,
            server_default="false",
            comment="Vrai : nulle de ses pièces ne se détruit.",
        ),
    )
    for nom, genre in (
        ("detruite_le", sa.DateTime(timezone=True)),
        ("detruite_par", sa.Text()),
        ("detruite_motif", sa.Text()),
    ):
        op.add_column("pieces", sa.Column(nom, genre))
    op.alter_column("pieces", "contenu", nullable=True, comment="Absent : détruit.")
    op.create_table_comment("pieces", "Immuables, sinon détruites, une fois (FAC-8).")
    op.execute(
        "ALTER TABLE pieces ADD CONSTRAINT pieces_detruites CHECK ("
        "num_nulls(detruite_le, detruite_par, detruite_motif)"
        " = CASE WHEN contenu IS NULL THEN 0 ELSE 3 END) NOT VALID"
    )
    # Dix pièces par contestation au plus, dont nul contenu ne se relit : un instant.
    op.execute("ALTER TABLE pieces VALIDATE CONSTRAINT pieces_detruites")
    for nom, colonnes in INDEX.items():
        op.create_index(
            nom,
            "pieces",
            colonnes,
            postgresql_where=sa.text("detruite_le IS NULL"),
            if_not_exists=True,
        )
    op.execute("DROP TRIGGER pieces_figees ON pieces")
    figer = "FOR EACH ROW {} EXECUTE FUNCTION facture_figee()"
    op.execute(f"CREATE TRIGGER pieces_gardees BEFORE DELETE ON pieces {figer.format('')}")
    op.execute(
        f"CREATE TRIGGER pieces_figees BEFORE UPDATE ON pieces {figer.format(SAUF_DETRUITE)}"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER pieces_gardees ON pieces")
    op.execute("DROP TRIGGER pieces_figees ON pieces")
    for nom in INDEX:
        op.drop_index(nom, "pieces")
    op.drop_constraint("pieces_detruites", "pieces")
    op.execute("UPDATE pieces SET contenu = '' WHERE contenu IS NULL")
    op.alter_column("pieces", "contenu", nullable=False)
    for nom in ("detruite_le", "detruite_par", "detruite_motif"):
        op.drop_column("pieces", nom)
    op.execute(
        "CREATE TRIGGER pieces_figees BEFORE UPDATE OR DELETE ON pieces"
        " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
    )
    for nom in ("gelee", "finie_le"):
        op.drop_column("contestations", nom)
