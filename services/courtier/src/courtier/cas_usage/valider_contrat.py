"""Valider, pour le client, les documents que le Courtier a préparés (CI-16)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class ValiderContrat:
    """Le contrat que le client approuve."""

    contrat_id: UUID


async def valider_contrat(commande: ValiderContrat, depots: Depots, acte: Acte) -> Issue[Contrat]:
    """Lève `Introuvable`, `TransitionImpossible` ou `Interdit`."""
    contrat = await depots.contrats.charger(commande.contrat_id)
    valide, fait = contrat.valider(acte)
    await depots.contrats.enregistrer(valide)
    return Issue(valide, fait)
