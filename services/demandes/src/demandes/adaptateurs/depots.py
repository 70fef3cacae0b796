"""Les dépôts d'une transaction."""

from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.adaptateurs.depot_demandes import ActesItsmSql, DemandesSql
from demandes.adaptateurs.depot_organismes import OrganismesSql
from demandes.adaptateurs.depot_parc import ActifsSql, SoutienSql
from demandes.adaptateurs.depot_produits import ProduitsSql
from demandes.adaptateurs.depot_webhooks import WebhooksSql
from demandes.cas_usage.ports import Depots


def ouvrir_depots(connexion: AsyncConnection) -> Depots:
    """Les dépôts du service sur une connexion déjà sous transaction et sous portée."""
    return Depots(
        demandes=DemandesSql(connexion),
        organismes=OrganismesSql(connexion),
        produits=ProduitsSql(connexion),
        actifs=ActifsSql(connexion),
        soutien=SoutienSql(connexion),
        actes_itsm=ActesItsmSql(connexion),
        webhooks=WebhooksSql(connexion),
    )
