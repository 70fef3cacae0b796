"""L'environnement d'alembic; le socle fait le travail."""

from sla.adaptateurs.tables import metadonnees
from socle.bd.migration import executer_env

executer_env(metadonnees)
