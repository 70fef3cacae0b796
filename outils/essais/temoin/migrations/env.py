"""Les migrations du témoin."""

from outils.essais.temoin.service import tables
from socle.schema.migration import executer_env

executer_env(tables)
