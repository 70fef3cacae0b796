"""Ce que l'aire attend de la base, et les données qu'elle lit au démarrage."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from courtier.acces.ports import Droits
from courtier.calendriers.ports import Calendriers
from courtier.catalogue.domaine import (
    Criteres,
    DocumentPublie,
    DocumentsPublies,
    EntenteCadre,
    Fiche,
    Fournisseur,
    GrillePrix,
    Offre,
    OffreAuCatalogue,
    OffreTrouvee,
    PreuveSecurite,
    Prix,
    VersionAuCatalogue,
)
from noyau import Acte, Fait


class Fournisseurs(Protocol):
    """Les fournisseurs et leurs ententes-cadres. `charger…` verrouille jusqu'à la fin de l'acte.

    Écrire lève `Conflit` si un autre porte déjà ce NEQ, ou ce numéro d'entente-cadre.
    """

    async def charger(self, identifiant: UUID) -> Fournisseur: ...
    async def ajouter(self, fournisseur: Fournisseur) -> None: ...
    async def enregistrer(self, fournisseur: Fournisseur) -> None: ...
    async def documents(self, identifiant: UUID) -> DocumentsPublies: ...
    async def ajouter_document(self, identifiant: UUID, document: DocumentPublie) -> None: ...
    async def ajouter_preuve(self, preuve: PreuveSecurite) -> None: ...
    async def charger_entente(self, identifiant: UUID) -> EntenteCadre: ...
    async def ajouter_entente(self, entente: EntenteCadre) -> None: ...
    async def poser(self, entente: EntenteCadre) -> None:
        """Garde le dernier acte de l'entente-cadre, et sa version."""
        ...


class Offres(Protocol):
    """Les offres, leurs versions et leurs prix. `charger` verrouille jusqu'à la fin de l'acte."""

    async def charger(self, identifiant: UUID) -> Offre: ...
    async def ajouter(self, offre: Offre) -> None: ...
    async def enregistrer(self, offre: Offre) -> None: ...
    async def grille(self, identifiant: UUID) -> GrillePrix: ...
    async def ajouter_prix(self, identifiant: UUID, prix: Prix) -> None: ...


class Catalogue(Protocol):
    """Ce qui se lit du Catalogue sans rien verrouiller; lève `Introuvable` s'il en manque un."""

    async def entente(self, identifiant: UUID) -> EntenteCadre: ...
    async def offres(self, identifiants: Collection[UUID]) -> Mapping[UUID, OffreAuCatalogue]: ...
    async def fiches(self, identifiants: Collection[UUID]) -> Mapping[UUID, Fiche]:
        """La fiche présente de ces fournisseurs."""
        ...

    async def documents(self, fournisseur_id: UUID) -> DocumentsPublies:
        """Les conditions et l'annexe modificative d'un fournisseur, dans toutes leurs versions."""
        ...

    async def exiger_offre_publiee(self, identifiant: UUID) -> None: ...
    async def exiger_fournisseur(self, identifiant: UUID) -> None: ...
    async def consulter(self, criteres: Criteres, le: datetime) -> tuple[OffreTrouvee, ...]:
        """Les offres que le Catalogue publié répond à cet instant, au prix de ce jour de Québec.

        Lève `Conflit` (CI-11) si plus d'offres y répondent qu'un dossier n'en garde.
        """
        ...

    async def version(
        self, identifiant: UUID, version: int, *, le: date, publiee: bool
    ) -> VersionAuCatalogue:
        """Une version, et le prix de son dernier jour; ce jour-là, si elle vaut encore.

        `publiee` : une version qui ne l'est pas est introuvable.
        """
        ...


class Avertisseur(Protocol):
    """Qui avise de ce qui change au Catalogue; une aire plus haute le tient (CI-12)."""

    async def aviser(self, offre_id: UUID, nature: str, version: int, acte: Acte) -> Sequence[Fait]:
        """Avise qui cite cette offre, dont une version neuve (« offre » ou « prix ») paraît."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports du Catalogue."""

    fournisseurs: Fournisseurs
    offres: Offres
    catalogue: Catalogue
    calendriers: Calendriers
    avertisseur: Avertisseur
    droits: Droits
    categories: Mapping[str, str]
    """Les catégories de solutions : code, libellé (CI-11)."""
