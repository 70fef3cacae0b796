"""Ce que l'aire attend de la base."""

from dataclasses import dataclass
from typing import Protocol

from demandes.clients.domaine.organismes import Organisme
from demandes.clients.domaine.registre import Registre, Signataire, Substitution


class Organismes(Protocol):
    """Le fichier client et le registre des signataires."""

    async def lire(self, code: str) -> Organisme:
        """Lève `Introuvable`."""

    async def charger(self, code: str) -> Organisme:
        """Verrouille l'organisme; lève `Introuvable`."""

    async def ajouter(self, organisme: Organisme) -> None:
        """Lève `Conflit` si le code est déjà pris."""

    async def enregistrer(self, organisme: Organisme) -> None: ...

    async def registre(self, code: str) -> Registre: ...

    async def ecrire_signataire(self, signataire: Signataire) -> None:
        """Écrit le mandat, neuf ou non."""

    async def ecrire_substitution(self, substitution: Substitution) -> None:
        """Écrit la substitution, neuve ou non."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du fichier client."""

    organismes: Organismes
