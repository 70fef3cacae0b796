"""La tâche de mise en route, que seul le rôle relais importe."""

from catalogue.calendriers.entrees import routes as calendriers_entrees
from catalogue.fiches.entrees import chargement as fiches_chargement
from catalogue.produits import entrees as produits_entrees
from socle.service import Contexte, Tache


async def charger(contexte: Contexte) -> int:
    """Publie ce qui manque des données de mise en route; ce qui existe n'est jamais touché."""
    calendriers = await calendriers_entrees.charger_calendriers(contexte)
    fiches = await fiches_chargement.charger_fiches(contexte)
    return calendriers + fiches + await produits_entrees.charger_produits(contexte)


TACHES = (Tache("chargement", 3_600.0, charger),)
