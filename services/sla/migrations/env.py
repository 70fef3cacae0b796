"""L'environnement d'alembic; le socle fait le travail."""

from sla.alertes.adaptateurs import tables as _alertes
from sla.base import metadonnees
from sla.disponibilites.adaptateurs import tables as _disponibilites
from sla.exclusions.adaptateurs import tables as _exclusions
from sla.fiches.adaptateurs import tables as _fiches
from sla.histoires.adaptateurs import tables as _histoires
from sla.mesures.adaptateurs import tables as _mesures
from sla.rapports.adaptateurs import tables as _rapports
from sla.recalculs.adaptateurs import tables as _recalculs
from sla.taux.adaptateurs import tables as _taux
from socle.schema.migration import executer_env

MODULES_DES_TABLES = (
    _fiches,
    _histoires,
    _exclusions,
    _mesures,
    _disponibilites,
    _taux,
    _alertes,
    _recalculs,
    _rapports,
)
"""Les modules dont l'import déclare les tables de chaque aire."""

executer_env(metadonnees)
