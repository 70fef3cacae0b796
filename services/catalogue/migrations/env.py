"""L'environnement d'alembic; le socle fait le travail."""

from catalogue.base import metadonnees
from catalogue.calendriers.adaptateurs import tables as calendriers
from catalogue.fiches.adaptateurs import tables as fiches
from catalogue.produits.adaptateurs import tables as produits
from socle.schema.migration import executer_env

AIRES = (calendriers, fiches, produits)
"""Les modules dont l'import déclare les tables."""

executer_env(metadonnees)
