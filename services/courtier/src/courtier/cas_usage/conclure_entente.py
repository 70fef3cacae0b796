"""Consigner une entente-cadre conclue avec un fournisseur (CI-11)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.ententes import EntenteCadre
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclureEntente:
    """Une entente-cadre, en vigueur sur [debut, fin)."""

    entente_id: UUID
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date


async def conclure_entente(
    commande: ConclureEntente, depots: Depots, _acte: Acte
) -> Issue[EntenteCadre]:
    """Lève `Introuvable`, ou `Conflit` si le numéro est pris ou si la fin précède le début."""
    fournisseur = await depots.fournisseurs.charger(commande.fournisseur_id)
    entente = EntenteCadre(
        id=commande.entente_id,
        numero=commande.numero,
        fournisseur_id=fournisseur.id,
        debut=commande.debut,
        fin=commande.fin,
    )
    await depots.ententes.ajouter(entente)
    return Issue(entente)
