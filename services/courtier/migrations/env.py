"""Les migrations du Courtier."""

from courtier.adaptateurs.tables import metadonnees
from socle.bd.migration import executer_env

executer_env(metadonnees)
