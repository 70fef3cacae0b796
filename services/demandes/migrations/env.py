"""Les migrations des demandes."""

from demandes.adaptateurs.tables import metadonnees
from socle.bd.migration import executer_env

executer_env(metadonnees)
