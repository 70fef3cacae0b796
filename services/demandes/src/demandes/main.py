"""La composition du service : le seul fichier qui connaisse tous les autres."""

from pathlib import Path
from typing import Any

from demandes.adaptateurs.depots import ouvrir_depots
from demandes.adaptateurs.publications import publication
from demandes.adaptateurs.tables import metadonnees, prix, produits
from demandes.adaptateurs.vues import JAUGES
from demandes.cas_usage.ports import Depots
from demandes.entrees import (
    itsm,
    routes_demandes,
    routes_organismes,
    routes_parc,
    routes_webhooks,
)
from demandes.entrees.ecoutes import ECOUTES
from demandes.entrees.travaux import TRAVAUX
from demandes.settings import ReglagesDemandes
from socle.reglages import Reglages
from socle.service import Service


def service() -> Service[Depots]:
    """Le service des demandes."""
    return Service(
        nom="demandes",
        titre="Demandes",
        port=8002,
        tables=metadonnees,
        migrations=Path(__file__).parents[2] / "migrations",
        ouvrir_depots=ouvrir_depots,
        publication=publication,
        routes=(
            routes_organismes.routes,
            routes_demandes.routes,
            routes_parc.routes,
            routes_webhooks.routes,
            itsm.routes,
        ),
        ecoutes=ECOUTES,
        travaux=TRAVAUX,
        jauges=JAUGES,
        modeles_de_lecture=(produits, prix),
        reglages=ReglagesDemandes,
        etat=_etat,
    )


def _etat(reglages: Reglages) -> dict[str, Any]:
    if not isinstance(reglages, ReglagesDemandes):
        raise TypeError("Les réglages ne sont pas ceux des demandes.")
    return {"itsm_secrets": reglages.itsm_secrets}
