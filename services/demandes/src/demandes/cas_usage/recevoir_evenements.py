"""Recevoir les événements de tous les services : copie du ROPN, envois aux abonnés (DEM-10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from demandes.cas_usage.ports import Depots
from demandes.domaine.produit import PrixDate, Produit
from demandes.domaine.webhook import MEMOIRE, EnvoiADeposer
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class EvenementRecu:
    """Un événement à relayer et, s'il vient du catalogue, ce qu'on en retient."""

    envoi: EnvoiADeposer
    produit: Produit | None = None
    prix: PrixDate | None = None


async def recevoir_evenements(
    commandes: Sequence[EvenementRecu], depots: Depots, acte: Acte
) -> Issue[object]:
    """Retient les produits et les prix, puis dépose un envoi par abonné intéressé."""
    produits = {c.produit.code: c.produit for c in commandes if c.produit is not None}
    prix = [c.prix for c in commandes if c.prix is not None]
    if produits or prix:
        await depots.produits.retenir(list(produits.values()), prix)
    # Une histoire relue (reconstruction) ne se renvoie pas aux abonnés.
    await depots.webhooks.deposer(
        [c.envoi for c in commandes if acte.le - c.envoi.enregistre_le < MEMOIRE]
    )
    return Issue(None)
