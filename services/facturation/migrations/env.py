"""L'environnement d'alembic; le socle fait le travail."""

from facturation.base import metadonnees
from facturation.clients.adaptateurs import tables as _clients
from facturation.comptes.adaptateurs import tables as _comptes
from facturation.contestations.adaptateurs import tables as _contestations
from facturation.creances.adaptateurs import tables as _creances
from facturation.emissions.adaptateurs import tables as _emissions
from facturation.factures.adaptateurs import tables as _factures
from facturation.saisies.adaptateurs import tables as _saisies
from facturation.simulations.adaptateurs import tables as _simulations
from facturation.tarification.adaptateurs import tables as _tarification
from socle.schema.migration import executer_env

MODULES_DES_TABLES = (
    _clients,
    _tarification,
    _creances,
    _factures,
    _emissions,
    _saisies,
    _contestations,
    _comptes,
    _simulations,
)
"""Les modules dont l'import déclare les tables de chaque aire."""

executer_env(metadonnees)
