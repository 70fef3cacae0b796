"""Les migrations de facturation."""

from facturation.adaptateurs.tables import metadonnees
from socle.bd.migration import executer_env

executer_env(metadonnees)
