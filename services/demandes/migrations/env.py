"""L'environnement d'alembic; le socle fait le travail."""

from demandes.abonnements.adaptateurs import tables as abonnements
from demandes.base import metadonnees
from demandes.calendriers.adaptateurs import tables as calendriers
from demandes.clients.adaptateurs import tables as clients
from demandes.demande.adaptateurs import tables as demande
from demandes.ententes.adaptateurs import tables as ententes
from demandes.itsm.adaptateurs import tables as itsm
from demandes.parc.adaptateurs import tables as parc
from demandes.ropn.adaptateurs import tables as ropn
from demandes.soutien.adaptateurs import tables as soutien
from demandes.usages.adaptateurs import tables as usages
from demandes.webhooks.adaptateurs import tables as webhooks
from socle.schema.migration import executer_env

AIRES = (
    calendriers,
    ropn,
    clients,
    demande,
    ententes,
    parc,
    abonnements,
    soutien,
    usages,
    itsm,
    webhooks,
)
"""Les modules dont l'import déclare les tables."""

executer_env(metadonnees)
