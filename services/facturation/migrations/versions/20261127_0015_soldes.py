"""Ce qu'il reste à payer de chaque document se tient à mesure : les retards se cherchent là."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

DU_DOCUMENT = """
CREATE FUNCTION solder_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.corrige IS NULL THEN
    INSERT INTO soldes (numero, organisme, echeance, reste)
    VALUES (NEW.numero, NEW.organisme, CAST(NEW.entete ->> 'echeance' AS date), NEW.total);
  ELSE
    UPDATE soldes SET reste = reste + NEW.total WHERE numero = NEW.corrige;
  END IF;
  RETURN NULL;
END $$
"""
DE_L_ACQUITTEMENT = """
CREATE FUNCTION solder_acquittement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE soldes SET reste = reste - NEW.montant WHERE numero = NEW.numero;
  RETURN NULL;
END $$
"""
DECLENCHEURS = {"factures": "solder_document", "acquittements": "solder_acquittement"}
DEJA_EMIS = """
INSERT INTO soldes (numero, organisme, echeance, reste)
SELECT f.numero, f.organisme, CAST(f.entete ->> 'echeance' AS date), f.total
    + coalesce((SELECT sum(n.total) FROM factures AS n WHERE n.corrige = f.numero), 0)
    - coalesce((SELECT sum(a.montant) FROM acquittements AS a
                WHERE a.organisme = f.organisme AND a.numero = f.numero), 0)
FROM factures AS f WHERE f.corrige IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "soldes",
        sa.Column("numero", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("echeance", sa.Date),
        sa.Column("reste", sa.Numeric(14, 2), nullable=False),
        sa.ForeignKeyConstraint(["numero"], ["factures.numero"], name="soldes_document"),
        comment="Ce qu'il reste de chaque document; deux déclencheurs les tiennent (FAC-17).",
    )
    op.create_index(
        "soldes_a_payer", "soldes", ["echeance", "numero"], postgresql_where=sa.text("reste > 0")
    )
    migration.par_organisme(op, "soldes")
    # Un déclencheur solde aussi ce qu'écrit la version précédente du code.
    for table, fonction in DECLENCHEURS.items():
        op.execute(DU_DOCUMENT if table == "factures" else DE_L_ACQUITTEMENT)
        op.execute(
            f"CREATE TRIGGER {table}_soldes AFTER INSERT ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {fonction}()"
        )
    # Les déclencheurs tiennent les tables jusqu'au COMMIT : rien ne s'écrit entre-temps.
    op.execute(DEJA_EMIS)


def downgrade() -> None:
    for table, fonction in DECLENCHEURS.items():
        op.execute(f"DROP TRIGGER {table}_soldes ON {table}")
        op.execute(f"DROP FUNCTION {fonction}()")
    op.drop_table("soldes")
