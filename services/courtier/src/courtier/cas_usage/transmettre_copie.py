"""Transmettre au Courtier la copie du contrat signé (CI-16)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmettreCopie:
    """Le contrat et l'instant de la transmission (UTC); absent : maintenant."""

    contrat_id: UUID
    transmise_le: datetime | None


async def transmettre_copie(
    commande: TransmettreCopie, depots: Depots, acte: Acte
) -> Issue[Contrat]:
    """Lève `Introuvable`, `TransitionImpossible` ou `Conflit` (CI-16)."""
    contrat = await depots.contrats.charger(commande.contrat_id)
    transmis, fait = contrat.transmettre_copie(commande.transmise_le or acte.le, acte)
    await depots.contrats.enregistrer(transmis)
    return Issue(transmis, fait)
