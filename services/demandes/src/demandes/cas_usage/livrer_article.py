"""Livrer un article d'une demande (DEM-4, DEM-7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import actif_a_livrer, conclure
from demandes.domaine.demande import Demande
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class LivrerArticle:
    """L'unité livrée, et l'instant du fait s'il est passé."""

    demande_id: UUID
    article_id: UUID
    survenu_le: datetime | None = None


async def livrer_article(commande: LivrerArticle, depots: Depots, acte: Acte) -> Issue[Demande]:
    """Livre et crée l'actif; le dernier article complète la demande."""
    demande = await depots.demandes.charger(commande.demande_id)
    actif_id = await actif_a_livrer(depots, demande, commande.article_id)
    suite, passages = demande.livrer(commande.article_id, actif_id, acte, commande.survenu_le)
    return await conclure(depots, acte, suite, *passages)
