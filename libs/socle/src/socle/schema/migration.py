"""Les migrations : tables du socle, sécurité par ligne, verrou consultatif.

Les trois rôles d'un service sont `<base>_migrer` (propriétaire), `<base>_api` et `<base>_interne`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from alembic import context
from alembic.operations import Operations
from sqlalchemy import Connection, Dialect, MetaData, create_engine, inspect, pool, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from socle.execution.sceaux import CONSERVATION_AUDIT_MINIMALE, SCEAUX_OUBLIES
from socle.injection_fautes import point
from socle.schema import annees
from socle.schema.attendu import TABLES_DU_SOCLE

_SUFFIXE = "_migrer"
VERROU_MIGRATION = 7_262_001
_OUBLIER_AUDIT = """
CREATE FUNCTION socle_oublier_audit(age interval) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ancre socle_sceaux;
  oubliees integer;
BEGIN
  SELECT * INTO ancre FROM (SELECT * FROM socle_sceaux ORDER BY numero LIMIT {sceaux}) AS s
  WHERE scelle_le < clock_timestamp()
                    - greatest(age, make_interval(days => {minimum}))
    AND numero > 1
  ORDER BY numero DESC LIMIT 1;
  DELETE FROM socle_audit WHERE (tx, id) <= (ancre.dernier_tx, ancre.dernier_id);
  GET DIAGNOSTICS oubliees = ROW_COUNT;
  DELETE FROM socle_sceaux WHERE numero < ancre.numero;
  RETURN oubliees;
END $$
"""

# CASE, non OU : le planificateur donnait au OU moins de 1 % des lignes, donc des listes triées
# entières pour en montrer cinquante; il donne au CASE la moitié, quoi que dise la portée.
_PAR_ORGANISME = (
    "(CASE WHEN current_setting('sbg.portee', true) = 'mcn' THEN true"
    " ELSE organisme <> '' AND organisme = current_setting('sbg.organisme', true) END)"
)
_MCN = "(current_setting('sbg.portee', true) = 'mcn')"
_A_PLUSIEURS = (
    "(CASE WHEN current_setting('sbg.portee', true) = 'mcn' THEN true"
    " WHEN cardinality({colonne}) = 0 THEN true"
    " ELSE current_setting('sbg.organisme', true) = ANY ({colonne}) END)"
)
_TOUT_DE_L_ORGANISME = f"FOR ALL TO {{api}} USING {_PAR_ORGANISME} WITH CHECK {_PAR_ORGANISME}"
_TOUS_DROITS = "SELECT, INSERT, UPDATE, DELETE"
_COMPTEUR = "FOR ALL TO {api} USING (true) WITH CHECK (true)"
_COMPTER = "SELECT, INSERT, UPDATE"

SANS_BORNE = """
SELECT c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
GROUP BY c.oid, c.relname
HAVING array_agg(a.attnum ORDER BY a.attnum) IS DISTINCT FROM (
  SELECT array_agg(n ORDER BY n) FROM pg_constraint t, unnest(t.conkey) AS n
  WHERE t.conrelid = c.oid AND t.conname = c.relname || '_temps')
ORDER BY c.relname
"""
"""Les tables dont une colonne de date ou d'instant admettrait l'infini, et ces colonnes."""


def _roles(connexion: Connection) -> tuple[str, str]:
    """Les rôles d'à côté de celui qui migre : ils restent les mêmes dans une copie de la base.

    Lève `ValueError` si celui-ci n'est pas le propriétaire ordinaire que pose le provisionnement.
    """
    role = connexion.execute(
        text("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).one()
    base, suffixe, reste = role[0].rpartition(_SUFFIXE)
    if not (base and suffixe) or reste or role[1]:
        raise ValueError(
            f"SBG_BASE__MIGRER : le rôle « {role[0]} » n'est pas celui des migrations"
            f" (« …{_SUFFIXE} », ni superutilisateur ni BYPASSRLS)."
        )
    return f"{base}_api", f"{base}_interne"


def _proteger(op: Operations, table: str, politiques: dict[str, str], droits_api: str) -> None:
    api, interne = _roles(op.get_bind())
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    # Sous FORCE, un propriétaire sans politique corrigerait 0 ligne en silence.
    op.execute(
        f"CREATE POLICY {table}_interne ON {table} TO CURRENT_USER, {interne}"
        " USING (true) WITH CHECK (true)"
    )
    for nom, corps in politiques.items():
        op.execute(f"CREATE POLICY {table}_{nom} ON {table} {corps.format(api=api)}")
    op.execute(f"GRANT {_TOUS_DROITS} ON {table} TO {interne}")
    if droits_api:
        op.execute(f"GRANT {droits_api} ON {table} TO {api}")


def par_organisme(op: Operations, table: str) -> None:
    """Chaque organisme ne voit et n'écrit que ses lignes (`organisme`); le MCN, toutes."""
    _proteger(op, table, {"api": _TOUT_DE_L_ORGANISME}, _TOUS_DROITS)


def commune(op: Operations, table: str) -> None:
    """Tout appelant authentifié lit; seule la portée MCN écrit."""
    lecture = "FOR SELECT TO {api} USING (true)"
    ecriture = f"FOR ALL TO {{api}} USING {_MCN} WITH CHECK {_MCN}"
    _proteger(op, table, {"lecture": lecture, "ecriture": ecriture}, _TOUS_DROITS)


def partagee(op: Operations, table: str, colonne: str) -> None:
    """Tout appelant lit; chaque organisme écrit ses lignes (cette colonne), et le MCN, toutes."""
    siennes = (
        "(CASE WHEN current_setting('sbg.portee', true) = 'mcn' THEN true"
        f" ELSE {colonne} <> '' AND {colonne} = current_setting('sbg.organisme', true) END)"
    )
    lecture = "FOR SELECT TO {api} USING (true)"
    ajout = f"FOR INSERT TO {{api}} WITH CHECK {siennes}"
    changement = f"FOR UPDATE TO {{api}} USING {siennes} WITH CHECK {siennes}"
    politiques = {"lecture": lecture, "ajout": ajout, "changement": changement}
    _proteger(op, table, politiques, "SELECT, INSERT, UPDATE")


def a_plusieurs(op: Operations, table: str) -> None:
    """Chaque organisme lit les lignes qui le nomment (`organismes`; vide : tous); le MCN écrit."""
    lecture = f"FOR SELECT TO {{api}} USING {_A_PLUSIEURS.format(colonne='organismes')}"
    ecriture = f"FOR ALL TO {{api}} USING {_MCN} WITH CHECK {_MCN}"
    _proteger(op, table, {"lecture": lecture, "ecriture": ecriture}, _TOUS_DROITS)


def a_ceux_de(op: Operations, table: str, colonne: str) -> None:
    """D'une table à plusieurs, la lecture suit désormais cette colonne (vide : tous)."""
    qui = _A_PLUSIEURS.format(colonne=colonne)
    op.execute(f"ALTER POLICY {table}_lecture ON {table} USING {qui}")


def du_mcn(op: Operations, table: str) -> None:
    """Le MCN lit et écrit; nul organisme n'y touche."""
    api = f"FOR ALL TO {{api}} USING {_MCN} WITH CHECK {_MCN}"
    _proteger(op, table, {"api": api}, _TOUS_DROITS)


def compteur(op: Operations, table: str) -> None:
    """Une table technique (numéros, séquences) que toute écriture avance; rien d'un organisme."""
    _proteger(op, table, {"api": _COMPTEUR}, _COMPTER)


def interne(op: Operations, table: str) -> None:
    """L'API n'y touche pas; consommateur, relais et tâches seulement."""
    _proteger(op, table, {}, "")


def lue_du_mcn(op: Operations, table: str, *colonnes: str) -> None:
    """De cette table fermée à l'API, le MCN lit ces colonnes, et elles seules.

    D'une table d'organismes (`organisme`), chacun lit de même ses lignes.
    """
    api, _ = _roles(op.get_bind())
    qui = _PAR_ORGANISME if "organisme" in colonnes else _MCN
    op.execute(f"CREATE POLICY {table}_mcn ON {table} FOR SELECT TO {api} USING {qui}")
    op.execute(f"GRANT SELECT ({', '.join(colonnes)}) ON {table} TO {api}")


def fermee_au_mcn(op: Operations, table: str) -> None:
    """L'inverse."""
    api, _ = _roles(op.get_bind())
    op.execute(f"DROP POLICY {table}_mcn ON {table}")
    op.execute(f"REVOKE ALL ON {table} FROM {api}")


_AJOUT = "FOR INSERT TO {api} WITH CHECK (true)"
_LECTURE = "FOR SELECT TO {api} USING (true)"
_AUDIT = f"FOR INSERT TO {{api}} WITH CHECK {_PAR_ORGANISME}"
_DROITS_DE_L_API: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "socle_outbox": (_AJOUT, "INSERT"),
        "socle_sequences": (_COMPTEUR, _COMPTER),
        "socle_idempotence": (_TOUT_DE_L_ORGANISME, "SELECT, INSERT"),
        "socle_jalon_annonce": (_LECTURE, "SELECT"),
        "socle_jalons": (_LECTURE, "SELECT"),
        "socle_audit": (_AUDIT, "INSERT"),
    }
)
"""La politique et les droits de l'API sur une table du socle; une autre lui est fermée."""


def completer_socle(op: Operations) -> None:
    """Crée les tables du socle qui manquent, avec leurs droits et leurs politiques.

    Une révision l'appelle quand le socle a une table de plus; une base neuve les a déjà toutes.
    """
    # SQLAlchemy n'annote pas ce constructeur.
    cible: Dialect = dialect()  # type: ignore[no-untyped-call]
    presentes = set(inspect(op.get_bind()).get_table_names())
    for table in TABLES_DU_SOCLE.sorted_tables:
        if table.name in presentes:
            continue
        op.execute(str(CreateTable(table).compile(dialect=cible)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(str(CreateIndex(index).compile(dialect=cible)))
        _proteger_du_socle(op, table.name)


def _proteger_du_socle(op: Operations, table: str) -> None:
    politique, droits = _DROITS_DE_L_API.get(table, ("", ""))
    _proteger(op, table, {"api": politique} if politique else {}, droits)


def partager_audit(op: Operations) -> None:
    """L'audit se garde désormais par années; une base neuve l'est déjà."""
    connexion = op.get_bind()
    if connexion.scalar(text(annees.PARTAGEE)):
        return
    api, interne = _roles(connexion)
    annees.separer(connexion)
    _proteger_audit(op)
    annees.joindre(connexion, api, interne)


def reunir_audit(op: Operations) -> None:
    """L'inverse; toute la table se recopie."""
    annees.reunir(op.get_bind())
    _proteger_audit(op)


def _proteger_audit(op: Operations) -> None:
    _proteger_du_socle(op, "socle_audit")
    _, role_interne = _roles(op.get_bind())
    op.execute(f"REVOKE UPDATE, DELETE ON socle_audit FROM {role_interne}")


_RECUS = ("socle_inbox", "socle_stationnement", "socle_rebuts")


def identifier_par_sujet(op: Operations) -> None:
    """L'identité d'un événement reçu devient celle de CloudEvents : sa source et son identifiant.

    Une base neuve l'a déjà.
    """
    if len(inspect(op.get_bind()).get_pk_constraint("socle_inbox")["constrained_columns"]) > 1:
        return
    op.execute("ALTER TABLE socle_inbox ADD COLUMN sujet text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE socle_inbox ALTER COLUMN sujet DROP DEFAULT")
    for table in _RECUS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
        op.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (evenement_id, sujet)")


def identifier_sans_sujet(op: Operations) -> None:
    """L'inverse; échoue si deux sources ont donné le même identifiant."""
    for table in _RECUS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
        op.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (evenement_id)")
    op.execute("ALTER TABLE socle_inbox DROP COLUMN sujet")


def creer_socle(op: Operations) -> None:
    """Crée les tables du socle, leurs droits, leurs politiques : début de la révision 0001."""
    completer_socle(op)
    _, role_interne = _roles(op.get_bind())
    op.execute(f"REVOKE UPDATE, DELETE ON socle_audit, socle_sceaux FROM {role_interne}")
    partager_audit(op)
    op.execute(_OUBLIER_AUDIT.format(minimum=CONSERVATION_AUDIT_MINIMALE, sceaux=SCEAUX_OUBLIES))
    op.execute("REVOKE ALL ON FUNCTION socle_oublier_audit FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION socle_oublier_audit TO {role_interne}")
    op.execute(
        "ALTER TABLE socle_outbox SET (autovacuum_vacuum_scale_factor = 0.0,"
        " autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)"
    )


def borner_les_temps(connexion: Connection) -> None:
    """Ferme à l'infini toute colonne de date ou d'instant qui ne l'est pas encore.

    Aux bouts du calendrier, le pilote écrit un infini, et le rend sans fuseau : une telle ligne
    ferait échouer sans fin qui la lit. Une table qui en a déjà n'arrête pas la migration : sa
    contrainte ne vaut que pour la suite (NOT VALID).
    """
    for table, colonnes in connexion.execute(text(SANS_BORNE)).all():
        finies = " AND ".join(f"isfinite({colonne})" for colonne in colonnes)
        connexion.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_temps"))
        connexion.execute(
            text(f"ALTER TABLE {table} ADD CONSTRAINT {table}_temps CHECK ({finies}) NOT VALID")
        )
        deja = f"SELECT EXISTS (SELECT FROM {table} WHERE NOT ({finies}))"  # noqa: S608 -- du catalogue
        if not connexion.scalar(text(deja)):
            connexion.execute(text(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_temps"))


_POLITIQUES_EN_OU = """
SELECT quote_ident(tablename), quote_ident(policyname) FROM pg_policies
WHERE schemaname = 'public' AND cmd = 'ALL' AND qual LIKE '%OR %''sbg.organisme''%'
ORDER BY tablename
"""


def reecrire_les_politiques(connexion: Connection) -> None:
    """Met en CASE les politiques par organisme d'une base d'avant; elles disent la même chose."""
    corps = f"USING {_PAR_ORGANISME} WITH CHECK {_PAR_ORGANISME}"
    for table, politique in connexion.execute(text(_POLITIQUES_EN_OU)).all():
        connexion.execute(text(f"ALTER POLICY {politique} ON {table} {corps}"))


def executer_env(tables: MetaData) -> None:
    """Le corps de `migrations/env.py` : applique les révisions sous un verrou consultatif."""
    reglages: Any = context.config
    liaison: Connection | None = reglages.attributes.get("connection")
    if liaison is not None:
        _appliquer(liaison, tables)
        return
    moteur = create_engine(reglages.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    with moteur.connect() as connexion:
        _appliquer(connexion, tables)


def _appliquer(connexion: Connection, tables: MetaData) -> None:
    context.configure(
        connection=connexion,
        target_metadata=[tables, TABLES_DU_SOCLE],
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        connexion.execute(text("SET LOCAL lock_timeout = '5s'"))
        connexion.execute(
            text("SELECT pg_advisory_xact_lock(:verrou)"), {"verrou": VERROU_MIGRATION}
        )
        api, interne = _roles(connexion)
        context.run_migrations()
        borner_les_temps(connexion)
        reecrire_les_politiques(connexion)
        # Chaque rôle lit la révision : un service refuse une base en retard.
        connexion.execute(text(f"GRANT SELECT ON alembic_version TO {api}, {interne}"))
        point("pendant_migration")
