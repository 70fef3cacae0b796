"""Inscrire une substitution datée au registre d'un organisme (DEM-3)."""

from dataclasses import dataclass

from demandes.cas_usage.ports import Depots
from demandes.domaine.organisme import Substitution
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireSubstitution:
    """La personne qui signe au nom d'un signataire, et quand."""

    substitution: Substitution


async def inscrire_substitution(
    commande: InscrireSubstitution, depots: Depots, _: Acte
) -> Issue[Substitution]:
    """Ajoute la substitution; lève `Introuvable` si l'organisme ou le signataire l'est."""
    substitution = commande.substitution
    await depots.organismes.lire(substitution.organisme)
    registre = await depots.organismes.registre(substitution.organisme)
    _remplace = registre.signataire(substitution.remplace_id)
    await depots.organismes.ajouter_substitution(substitution)
    return Issue(substitution)
