"""Qui a été un jour d'une indisponibilité la lit toujours (SLA-5)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from socle.schema import migration

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("actes_indisponibilites", "indisponibilites")
ELARGIR = """
CREATE FUNCTION elargir_lecteurs(lecteurs text[], organismes text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN cardinality(lecteurs) = 0 OR cardinality(organismes) = 0 THEN '{}'::text[]
    ELSE array(SELECT DISTINCT unnest(lecteurs || organismes) ORDER BY 1) END
$$
"""
DE_L_ACTE = """
CREATE FUNCTION lecteurs_de_l_acte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  avant text[];
BEGIN
  SELECT a.lecteurs INTO avant FROM actes_indisponibilites a
  WHERE a.id = NEW.id AND a.rang < NEW.rang ORDER BY a.rang DESC LIMIT 1;
  NEW.lecteurs := elargir_lecteurs(coalesce(avant, NEW.organismes), NEW.organismes);
  RETURN NEW;
END $$
"""
DE_L_ETAT = """
CREATE FUNCTION lecteurs_de_l_etat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.lecteurs := elargir_lecteurs(NEW.organismes, NEW.organismes);
  ELSE
    NEW.lecteurs := elargir_lecteurs(OLD.lecteurs, NEW.organismes);
  END IF;
  RETURN NEW;
END $$
"""
DECLENCHEUR = "CREATE TRIGGER lecteurs BEFORE {} ON {} FOR EACH ROW EXECUTE FUNCTION {}()"
REMPLIR_LES_ACTES = """
UPDATE actes_indisponibilites a SET lecteurs = CASE
  WHEN EXISTS (SELECT FROM actes_indisponibilites b
               WHERE b.id = a.id AND b.rang <= a.rang AND cardinality(b.organismes) = 0)
  THEN '{}'
  ELSE array(SELECT DISTINCT o FROM actes_indisponibilites b, unnest(b.organismes) AS o
             WHERE b.id = a.id AND b.rang <= a.rang ORDER BY o) END
"""
REMPLIR_LES_ETATS = """
UPDATE indisponibilites i SET lecteurs = coalesce(
  (SELECT a.lecteurs FROM actes_indisponibilites a WHERE a.id = i.id
   ORDER BY a.rang DESC LIMIT 1), i.organismes)
"""


def upgrade() -> None:
    op.execute(ELARGIR)
    for table in TABLES:
        op.add_column(
            table,
            sa.Column("lecteurs", ARRAY(sa.Text), comment="Qui en a été un jour; vide : tous."),
        )
    op.execute(REMPLIR_LES_ACTES)
    op.execute(REMPLIR_LES_ETATS)
    op.execute(DE_L_ACTE)
    op.execute(DE_L_ETAT)
    op.execute(DECLENCHEUR.format("INSERT", "actes_indisponibilites", "lecteurs_de_l_acte"))
    op.execute(DECLENCHEUR.format("INSERT OR UPDATE", "indisponibilites", "lecteurs_de_l_etat"))
    for table in TABLES:
        op.alter_column(table, "lecteurs", nullable=False)
        migration.a_ceux_de(op, table, "lecteurs")


def downgrade() -> None:
    for table in TABLES:
        migration.a_ceux_de(op, table, "organismes")
        op.execute(f"DROP TRIGGER lecteurs ON {table}")
        op.drop_column(table, "lecteurs")
    for fonction in ("lecteurs_de_l_etat()", "lecteurs_de_l_acte()"):
        op.execute(f"DROP FUNCTION {fonction}")
    op.execute("DROP FUNCTION elargir_lecteurs(text[], text[])")
