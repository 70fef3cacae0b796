"""Ce que l'aire attend de la base et du Catalogue."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.catalogue.ports import Catalogue
from courtier.commentaires.domaine import Commentaire


class Commentaires(Protocol):
    """Les commentaires. `charger` verrouille jusqu'à la fin de l'acte."""

    async def charger(self, identifiant: UUID) -> Commentaire: ...
    async def ajouter(self, commentaire: Commentaire) -> None: ...
    async def enregistrer(self, commentaire: Commentaire) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des commentaires."""

    commentaires: Commentaires
    catalogue: Catalogue
