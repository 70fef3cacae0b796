-- Ce que partagent les semis : un hasard reproductible, des identifiants, des organismes inégaux.
-- Tout y est fonction du rang et de la graine : le plan d'exécution n'y change rien.

CREATE FUNCTION pg_temp.hasard(n bigint, sel integer) RETURNS double precision IMMUTABLE
RETURN (hashint8extended(n, $graine * 1000 + sel) & 9007199254740991)::float8 / 9007199254740992;

CREATE FUNCTION pg_temp.entier(n bigint, sel integer, borne integer) RETURNS integer IMMUTABLE
RETURN floor(pg_temp.hasard(n, sel) * borne)::integer;

-- Fonction du seul contenu, comme les identités v5 du produit.
CREATE FUNCTION pg_temp.uuid_v5(n bigint, sel integer) RETURNS uuid IMMUTABLE
RETURN overlay(overlay(md5($graine || ':' || sel || ':' || n) PLACING '5' FROM 13)
               PLACING '8' FROM 17)::uuid;

-- Croît avec l'instant, comme les identifiants que le produit donne.
CREATE FUNCTION pg_temp.uuid_v7(instant timestamptz, n bigint, sel integer) RETURNS uuid IMMUTABLE
RETURN overlay(overlay(
    lpad(to_hex((extract(epoch FROM instant) * 1000)::bigint), 12, '0')
    || substr(md5($graine || ':' || sel || ':' || n), 13) PLACING '7' FROM 13)
    PLACING '8' FROM 17)::uuid;

-- Les $organismes organismes, en parts très inégales : les bornes cumulées viennent de Python.
CREATE FUNCTION pg_temp.organisme(rang integer) RETURNS text IMMUTABLE
RETURN 'ORG-' || lpad(rang::text, 3, '0');

CREATE FUNCTION pg_temp.organisme_de(n bigint, sel integer) RETURNS text IMMUTABLE
RETURN pg_temp.organisme(
    least(width_bucket(pg_temp.hasard(n, sel), '$bornes'::float8[]) + 1, $organismes));

-- Trois ans de vie, d'un pas égal, à la seconde.
CREATE FUNCTION pg_temp.instant(n bigint, total integer) RETURNS timestamptz IMMUTABLE
RETURN to_timestamp(1698840000 + floor(96760000.0 * n / greatest(total, 1)));
