"""Ce que l'aire attend de la base, du Catalogue, des organismes et des pièces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from courtier.catalogue.ports import Catalogue
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import Circonstances
from courtier.dossiers.domaine.scenarios import Calcul, Scenario, recalculer
from courtier.dossiers.domaine.vehicules import Decret596, Obligation596
from courtier.organismes.ports import Organismes
from courtier.pieces.ports import Pieces
from noyau import jour_de_quebec


class Dossiers(Protocol):
    """Les dossiers d'acquisition. `charger` verrouille jusqu'à la fin de l'acte; `lire`, non."""

    async def charger(self, identifiant: UUID) -> Dossier: ...
    async def lire(self, identifiant: UUID) -> Dossier: ...
    async def ajouter(self, dossier: Dossier) -> None: ...
    async def enregistrer(self, dossier: Dossier) -> None:
        """Ajoute le dernier acte du dossier; lève `VersionPerimee` si un autre l'a précédé."""
        ...


class Decrets(Protocol):
    """Qui le décret 596-2020 oblige; on y ajoute, rien n'en récrit."""

    async def lire(self, organisme: str) -> Decret596: ...
    async def ajouter(self, dite: Obligation596) -> None: ...


@dataclass(frozen=True, slots=True)
class Acquisitions:
    """Les dossiers, et de quoi les voir au jour d'un acte."""

    dossiers: Dossiers
    catalogue: Catalogue
    organismes: Organismes

    async def circonstances(self, dossier: Dossier, le: datetime) -> Circonstances:
        """Ce dont le dossier dépend à cet instant."""
        organisme = await self.organismes.lire(dossier.organisme)
        choisi = dossier.choisi
        offres = await self.catalogue.offres(choisi.offres_ids) if choisi else {}
        return Circonstances(
            jour=jour_de_quebec(le),
            assujetti_rcti=organisme.assujetti_rcti,
            versions={offre_id: lue.offre.version for offre_id, lue in offres.items()},
        )

    async def calculs(
        self, scenarios: Sequence[Scenario], besoins: Besoins, le: datetime
    ) -> tuple[Calcul, ...]:
        """Ces scénarios, aux prix publiés qui valent à cet instant (CI-14)."""
        catalogue = await self.catalogue.offres({o for s in scenarios for o in s.offres_ids})
        ententes = {
            identifiant: await self.catalogue.entente(identifiant)
            for identifiant in {s.entente_id for s in scenarios}
        }
        return recalculer(scenarios, besoins, ententes=ententes, catalogue=catalogue, le=le)


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des dossiers d'acquisition."""

    acquisitions: Acquisitions
    decrets: Decrets
    pieces: Pieces
    ordre_du_jour: Mapping[str, str]
    """Les points de la rencontre de démarrage : code, libellé (CI-16)."""
