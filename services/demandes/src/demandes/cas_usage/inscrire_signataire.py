"""Inscrire un signataire au registre d'un organisme (DEM-3)."""

from dataclasses import dataclass

from demandes.cas_usage.ports import Depots
from demandes.domaine.organisme import Signataire
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireSignataire:
    """La personne que l'organisme autorise à signer."""

    signataire: Signataire


async def inscrire_signataire(
    commande: InscrireSignataire, depots: Depots, _: Acte
) -> Issue[Signataire]:
    """Ajoute la personne au registre; lève `Introuvable` si l'organisme l'est."""
    await depots.organismes.lire(commande.signataire.organisme)
    await depots.organismes.ajouter_signataire(commande.signataire)
    return Issue(commande.signataire)
