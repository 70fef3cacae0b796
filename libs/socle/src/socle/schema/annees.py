"""L'audit par années de Québec : une table mère, une par année, une autre pour ce qui en sort.

Les services n'ont de droits que sur la mère. L'heure d'affaires peut sortir des années ouvertes :
rien ne se refuse pour cela, `socle_audit_defaut` le recueille.
"""

from typing import Final

from sqlalchemy import Connection, text

from socle.execution.sceaux import CONSERVATION_AUDIT_MINIMALE

PARTAGEE: Final = "SELECT relkind = 'p' FROM pg_class WHERE oid = 'socle_audit'::regclass"

_PERMISES: Final = "socle_ouvrir_annees, socle_retirer_annees"
_RELISIBLE: Final = 16 << 20
"""Octets : une table par défaut plus grosse ne se relit pas sous verrou."""

_SURES: Final = (
    "SET search_path = public, pg_temp SET timezone = 'America/Toronto' SET datestyle = 'ISO'"
)
# Une attente plus longue ferait attendre derrière elle toutes les écritures.
_BREVES: Final = f"LANGUAGE plpgsql SECURITY DEFINER {_SURES} SET lock_timeout = '1s'"

_FONCTIONS: Final = (
    f"""
CREATE FUNCTION socle_annees() RETURNS TABLE (nom text, jusqua timestamptz)
LANGUAGE sql STABLE {_SURES} AS $$
  SELECT c.relname::text,
         substring(pg_get_expr(c.relpartbound, c.oid) FROM $r$TO \\('([^']+)'\\)$r$)::timestamptz
  FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
  WHERE h.inhparent = 'socle_audit'::regclass
$$
""",  # noqa: S608 -- nos propres noms
    f"""
CREATE FUNCTION socle_garder_annee(nom text) RETURNS void LANGUAGE plpgsql {_SURES} AS $$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', nom);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', nom);
  EXECUTE format('CREATE POLICY %I ON %I TO CURRENT_USER USING (true) WITH CHECK (true)',
                 nom || '_proprietaire', nom);
END $$
""",
    f"""
CREATE FUNCTION socle_ouvrir_annees(octets bigint DEFAULT {_RELISIBLE}) RETURNS integer
{_BREVES} AS $$
DECLARE
  ouvertes integer := 0;
  celle_ci integer := extract(year FROM clock_timestamp());
  debut timestamptz;
  fin timestamptz;
  annee text;
BEGIN
  SELECT coalesce(max(jusqua), make_timestamptz(celle_ci, 1, 1, 0, 0, 0)) INTO debut
  FROM socle_annees();
  WHILE extract(year FROM debut) <= celle_ci + 1 LOOP
    IF pg_relation_size('socle_audit_defaut') > octets THEN
      RETURN -1;
    END IF;
    fin := make_timestamptz(extract(year FROM debut)::integer + 1, 1, 1, 0, 0, 0);
    annee := 'socle_audit_' || to_char(debut, 'YYYY');
    LOCK TABLE ONLY socle_audit IN SHARE UPDATE EXCLUSIVE MODE;
    LOCK TABLE socle_audit_defaut IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE socle_audit INCLUDING CONSTRAINTS)', annee);
    PERFORM socle_garder_annee(annee);
    EXECUTE format('WITH siennes AS (DELETE FROM socle_audit_defaut WHERE le >= $1 AND le < $2'
                   ' RETURNING *) INSERT INTO %I SELECT * FROM siennes', annee) USING debut, fin;
    EXECUTE format('ALTER TABLE socle_audit ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   annee, debut, fin);
    ouvertes := ouvertes + 1;
    debut := fin;
  END LOOP;
  RETURN ouvertes;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END $$
""",  # noqa: S608 -- nos propres noms
    f"""
CREATE FUNCTION socle_retirer_annees() RETURNS integer
{_BREVES} AS $$
DECLARE
  annee text;
  reste boolean;
BEGIN
  FOR annee IN
    SELECT nom FROM socle_annees()
    WHERE jusqua < clock_timestamp() - make_interval(days => {CONSERVATION_AUDIT_MINIMALE})
    ORDER BY jusqua
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', annee) INTO reste;
    CONTINUE WHEN reste;
    LOCK TABLE ONLY socle_audit IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', annee) INTO reste;
    CONTINUE WHEN reste;
    EXECUTE format('ALTER TABLE socle_audit DETACH PARTITION %I', annee);
    EXECUTE format('DROP TABLE %I', annee);
    RETURN 1;
  END LOOP;
  RETURN 0;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END $$
""",  # noqa: S608 -- nos propres noms
)

_AVEC: Final = "INCLUDING CONSTRAINTS INCLUDING DEFAULTS INCLUDING COMMENTS"
_SEPARER: Final = (
    "ALTER TABLE socle_audit RENAME TO socle_audit_origine",
    "ALTER INDEX socle_audit_ordre RENAME TO socle_audit_origine_ordre",
    "ALTER TABLE socle_audit_origine DROP CONSTRAINT socle_audit_pkey",
    # Une base d'avant qui tenait un infini : sa borne se reposera, pour la suite seulement.
    """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'socle_audit_origine'::regclass
             AND conname = 'socle_audit_temps' AND NOT convalidated) THEN
    ALTER TABLE socle_audit_origine DROP CONSTRAINT socle_audit_temps;
  END IF;
END $$
""",
    f"CREATE TABLE socle_audit (LIKE socle_audit_origine {_AVEC}) PARTITION BY RANGE (le)",
    "ALTER TABLE socle_audit DROP CONSTRAINT IF EXISTS socle_audit_passe",
    """
DO $$ DECLARE suivant bigint; BEGIN
  EXECUTE 'SELECT last_value + is_called::int FROM '
          || pg_get_serial_sequence('socle_audit_origine', 'id') INTO suivant;
  ALTER TABLE socle_audit_origine ALTER COLUMN id DROP IDENTITY;
  EXECUTE format('ALTER TABLE socle_audit ALTER COLUMN id'
                 ' ADD GENERATED ALWAYS AS IDENTITY (START WITH %s)', suivant);
END $$
""",
    "CREATE INDEX socle_audit_ordre ON socle_audit (tx, id)",
)

_FERMER_L_ORIGINE: Final = """
DO $$ DECLARE politique text; BEGIN
  FOR politique IN SELECT policyname FROM pg_policies WHERE tablename = 'socle_audit_origine' LOOP
    EXECUTE format('DROP POLICY %I ON socle_audit_origine', politique);
  END LOOP;
END $$
"""

# Une ligne après cette année (une heure simulée) : la vieille table est alors celle du reste.
_JOINDRE: Final = """
DO $$ DECLARE
  celle_ci integer := extract(year FROM clock_timestamp() AT TIME ZONE 'America/Toronto');
  fin timestamptz := make_timestamptz(celle_ci + 1, 1, 1, 0, 0, 0, 'America/Toronto');
BEGIN
  PERFORM socle_garder_annee('socle_audit_origine');
  EXECUTE format('ALTER TABLE socle_audit ATTACH PARTITION socle_audit_origine'
                 ' FOR VALUES FROM (MINVALUE) TO (%L)', fin);
  CREATE TABLE socle_audit_defaut PARTITION OF socle_audit DEFAULT;
  PERFORM socle_garder_annee('socle_audit_defaut');
EXCEPTION WHEN check_violation THEN
  ALTER TABLE socle_audit_origine RENAME TO socle_audit_defaut;
  ALTER INDEX socle_audit_origine_ordre RENAME TO socle_audit_defaut_ordre;
  PERFORM socle_garder_annee('socle_audit_defaut');
  ALTER TABLE socle_audit ATTACH PARTITION socle_audit_defaut DEFAULT;
END $$
"""


def separer(connexion: Connection) -> None:
    """Met l'audit à côté, et pose à sa place une mère vide, qui reprend son rang d'identité."""
    for instruction in (*_SEPARER, *_FONCTIONS):
        connexion.execute(text(instruction))


def joindre(connexion: Connection, api: str, interne: str) -> None:
    """Fait de l'audit d'avant l'année d'origine de la mère, et ouvre les années qui viennent.

    La vieille table se relit une fois sous verrou, sauf si une contrainte validée d'avance,
    `socle_audit_passe`, dit qu'elle finit avant l'an prochain (EXPLOITATION.md); elle part ensuite.
    """
    for instruction in (
        _FERMER_L_ORIGINE,
        f"REVOKE ALL ON socle_audit_origine FROM {api}, {interne}",
        _JOINDRE,
        "ALTER TABLE IF EXISTS socle_audit_origine DROP CONSTRAINT IF EXISTS socle_audit_passe",
        "ALTER TABLE socle_audit_defaut DROP CONSTRAINT IF EXISTS socle_audit_passe",
        "SELECT socle_ouvrir_annees()",
        f"REVOKE ALL ON FUNCTION socle_annees, socle_garder_annee, {_PERMISES} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {_PERMISES} TO {interne}",
    ):
        connexion.execute(text(instruction))


_REUNIR: Final = (
    f"DROP FUNCTION {_PERMISES}, socle_garder_annee, socle_annees",
    f"CREATE TABLE socle_audit_entier (LIKE socle_audit {_AVEC})",
    "INSERT INTO socle_audit_entier SELECT * FROM socle_audit",
    "DROP TABLE socle_audit",
    "ALTER TABLE socle_audit_entier RENAME TO socle_audit",
    "ALTER TABLE socle_audit ADD PRIMARY KEY (id)",
    "ALTER TABLE socle_audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
    "SELECT setval(pg_get_serial_sequence('socle_audit', 'id'), max(id)) FROM socle_audit",
    "CREATE INDEX socle_audit_ordre ON socle_audit (tx, id)",
)


def reunir(connexion: Connection) -> None:
    """L'inverse : une table entière, recopiée; ses droits restent à poser."""
    for instruction in _REUNIR:
        connexion.execute(text(instruction))
