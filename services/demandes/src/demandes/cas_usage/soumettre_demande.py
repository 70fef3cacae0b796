"""Soumettre un brouillon (DEM-4)."""

from dataclasses import dataclass
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure
from demandes.domaine.demande import Demande
from demandes.domaine.mesure import constater
from socle.noyau import Acte, Issue, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class SoumettreDemande:
    """Le brouillon à soumettre."""

    demande_id: UUID


async def soumettre_demande(
    commande: SoumettreDemande, depots: Depots, acte: Acte
) -> Issue[Demande]:
    """Soumet; les faits de mesure et les refus de produits sont ceux de ce jour (DEM-2, CAT-1)."""
    demande = await depots.demandes.charger(commande.demande_id)
    codes = {a.produit for a in demande.articles if a.produit is not None}
    produits = await depots.produits.au(codes, jour_de_quebec(acte.le))
    faits = constater(demande.sorte, demande.articles, produits)
    soumise, passage = demande.soumettre(faits, acte)
    return await conclure(depots, acte, soumise, passage)
