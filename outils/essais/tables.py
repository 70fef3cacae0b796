"""Les tables d'une base telles qu'un service les voit : d'une table partagée, la mère seule."""

from typing import Final

TABLES: Final = """
SELECT relname::text AS nom FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition
  AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
ORDER BY 1
"""
