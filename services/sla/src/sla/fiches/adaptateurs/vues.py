"""Les lectures des fiches : une requête par écran."""

from sqlalchemy import select

from sla.fiches.adaptateurs.tables import calendriers
from socle.bd.vues import SansFiltre, VueListe

CALENDRIERS = VueListe(
    requete=select(calendriers),
    filtre=SansFiltre,
    cles=(calendriers.c.en_vigueur_depuis, calendriers.c.version),
)
"""Les versions du calendrier reçues, de la plus ancienne à la plus récente (SLA-1)."""
