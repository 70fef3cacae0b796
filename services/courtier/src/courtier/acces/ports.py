"""Ce que l'aire attend de la base, et ce que les aires plus hautes en lisent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from courtier.acces.domaine import Admissibilite, Admissibilites, Compte, Droit, Inscription
from courtier.organismes.ports import Organismes
from noyau import jour_de_quebec


class Comptes(Protocol):
    """Les comptes d'accès. `charger` verrouille jusqu'à la fin de l'acte.

    Ajouter lève `Conflit` (CI-11) si la personne en a déjà un, demandé ou accordé.
    """

    async def charger(self, identifiant: UUID) -> Compte: ...
    async def ajouter(self, compte: Compte) -> None: ...
    async def enregistrer(self, compte: Compte) -> None: ...


class AdmissibilitesGardees(Protocol):
    """Les décisions d'admissibilité, en ajout seulement."""

    async def charger(self, organisme: str) -> Admissibilites: ...
    async def ajouter(self, decision: Admissibilite) -> None:
        """Lève `Conflit` (CI-11) si une autre vient de prendre ce rang."""
        ...


@dataclass(frozen=True, slots=True)
class Clients:
    """Les organismes, tels que le Courtier contracte avec eux."""

    organismes: Organismes
    admissibilites: AdmissibilitesGardees

    async def exiger_actif(self, organisme: str, le: datetime) -> None:
        """Inactif, il ne signe plus rien; lève `Conflit` (DEM-14)."""
        client = await self.organismes.lire(organisme)
        client.exiger_actif(le)

    async def exiger(self, organisme: str, le: datetime) -> None:
        """Inactif (`Conflit`, DEM-14) ou exclu (`Interdit`, CI-11), il ne contracte plus.

        Ce qu'il a signé se conclut encore.
        """
        await self.exiger_actif(organisme, le)
        admissibilites = await self.admissibilites.charger(organisme)
        admissibilites.exiger(jour_de_quebec(le))


class Droits(Protocol):
    """Ce qui permet de lire le Catalogue, lu sans rien verrouiller."""

    async def droit(self, organisme: str, sujet: str) -> Droit: ...


class Inscriptions(Protocol):
    """La liste de diffusion. `charger` et `active` verrouillent jusqu'à la fin de l'acte.

    Ajouter lève `Conflit` (CI-12) si la personne y est déjà.
    """

    async def charger(self, identifiant: UUID) -> Inscription: ...
    async def active(self, organisme: str, sujet: str) -> Inscription | None: ...
    async def ajouter(self, inscription: Inscription) -> None: ...
    async def enregistrer(self, inscription: Inscription) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'accès au Catalogue."""

    comptes: Comptes
    admissibilites: AdmissibilitesGardees
    droits: Droits
    inscriptions: Inscriptions
    organismes: Organismes
