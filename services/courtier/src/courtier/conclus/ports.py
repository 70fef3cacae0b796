"""Ce que l'aire attend de la base, des organismes et des contrats conclus."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.acces.ports import Droits
from courtier.conclus.domaine import Inscription
from courtier.normes.domaine import NormesDatees
from courtier.organismes.ports import Organismes
from courtier.suivi.ports import ContratsConclus


class Inscriptions(Protocol):
    """La liste. `charger` verrouille jusqu'à la fin de l'acte; lève `Introuvable`."""

    async def ajouter(self, inscription: Inscription) -> None:
        """Sans effet si le contrat y est déjà."""

    async def charger(self, contrat_id: UUID) -> Inscription: ...

    async def enregistrer(self, inscription: Inscription) -> None:
        """L'état précédent ne se garde nulle part."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de la liste des contrats conclus."""

    inscriptions: Inscriptions
    contrats: ContratsConclus
    organismes: Organismes
    normes: NormesDatees
    droits: Droits
